// A run's raw numbers as files that the report holds.
import type { Panel } from '../../../dashboards/panels/panel.ts';
import type { PhaseFigures } from '../../measure/figures/figures.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { type Columns, csv } from '../text/csv.ts';
import { type Download, downloadsSection } from '../page/downloads.ts';
import { type Html, html } from '../page/html.ts';
import { reportJson } from '../facts/report-json.ts';
import type { RunReport } from '../facts/run-report.ts';

const PHASE_COLUMNS: Columns<PhaseFigures> = [
  ['phase', ({ phase }) => phase],
  ['offered_per_second', ({ offeredPerSecond }) => offeredPerSecond],
  ['served_per_second', ({ servedPerSecond }) => servedPerSecond],
  ['error_share', ({ errorShare }) => errorShare],
  ['p50_ms', ({ p50Ms }) => p50Ms],
  ['p95_ms', ({ p95Ms }) => p95Ms],
  ['p99_ms', ({ p99Ms }) => p99Ms],
  ['saturated_resource', ({ saturated }) => saturated?.resource],
  ['saturated_node', ({ saturated }) => saturated?.node],
  ['saturated_from_ms', ({ saturated }) => saturated?.fromMs],
  ['saturated_use', ({ saturated }) => saturated?.use],
  ['saturated_throttled', ({ saturated }) => saturated?.throttled],
  ['at_least', ({ atLeast }) => atLeast?.join(' ')],
  ['served_share', ({ servedShare }) => servedShare],
  ['requests_started', ({ requests }) => requests?.started],
  ['requests_failed', ({ requests }) => requests?.failed],
  ['requests_unanswered', ({ requests }) => requests?.unanswered],
  ['iterations_offered', ({ iterations }) => iterations?.offered],
  ['iterations_started', ({ iterations }) => iterations?.started],
  ['iterations_done', ({ iterations }) => iterations?.done],
  ['iterations_by_exception', ({ iterations }) => iterations?.exceptions],
  ['iterations_disconnected', ({ iterations }) => iterations?.disconnected],
  ['iterations_cut_off', ({ iterations }) => iterations?.cutOff],
  ['iterations_unfinished', ({ iterations }) => iterations?.unfinished],
  ['checks_passed', ({ checks }) => checks?.reduce((sum, { passes }) => sum + passes, 0)],
  ['checks_failed', ({ checks }) => checks?.reduce((sum, { fails }) => sum + fails, 0)],
];

/** @param panels those whose samples are given. */
export function rawSection(report: RunReport, panels: readonly Panel[]): Html {
  const { run } = report;
  const files: Download[] = [
    {
      name: 'report.json',
      type: 'application/json',
      text: JSON.stringify(reportJson(report)),
      what: 'verdict, objectives, phases, nodes, actions, generators',
      elsewhere: "in the run's folder",
    },
  ];
  if (run.verdict !== undefined)
    files.push({
      name: 'phases.csv',
      type: 'text/csv',
      text: csv(PHASE_COLUMNS, run.verdict.phases),
      what: 'a row for each phase: rates, errors, latencies, what ran out',
      elsewhere: "part of verdict.json in the run's folder",
    });
  if (run.samples !== undefined)
    files.push({
      name: 'samples.csv',
      type: 'text/csv',
      text: samplesCsv(run, panels),
      what: 'the data of the first charts: a row for each moment, a column for each line',
      elsewhere: "part of metrics.json in the run's folder",
    });
  return downloadsSection(
    files,
    html`The run's folder has more: <code>metrics.json</code> with the samples of every chart, <code>events.ndjson</code> with everything that happened.`,
  );
}

/** Six digits are more than any of these figures is worth. */
const DIGITS = 6;

/** A table of all series over time. Rates are per second, shares go from 0 to 1, the unit of others is in the column's name. */
export function samplesCsv({ samples }: SavedRun, panels: readonly Panel[]): string {
  const lines = panels.flatMap(({ id, unit }) =>
    (samples?.panels[id] ?? []).map(({ legend, points }) => ({
      name: `${id} ${legend} (${unit})`,
      values: new Map(points),
    })),
  );
  const moments = [...new Set(lines.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  const columns: Columns<number> = [
    ['offset_ms', (atMs) => atMs],
    ...lines.map(({ name, values }) => {
      const cell = (atMs: number) => {
        const value = values.get(atMs);
        return value === undefined ? undefined : Number(value.toPrecision(DIGITS));
      };
      return [name, cell] as const;
    }),
  ];
  return csv(columns, moments);
}
