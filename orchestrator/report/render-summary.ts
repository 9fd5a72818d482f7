// What the terminal shows when a run has ended: the verdict and why, the figures, and where the report is.
import { join, relative } from 'node:path';
import pc from 'picocolors';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { describeBound, describeMeasured, OBJECTIVE_STATUS } from '../judge/describe-objective.ts';
import { firstOutWords } from './words/first-out.ts';
import { counted, formatOffset } from '../format/format-value.ts';
import { lateLines, loadLines } from './words/load-lines.ts';
import { PHASE_HEAD, PHASE_NUMERIC, phaseCells } from './words/phase-cells.ts';
import { recoveryLines } from './recovery-lines.ts';
import { accessLines } from './access/access-lines.ts';
import { peerLines } from './peer-lines.ts';
import type { Outcome, RunFacts } from './facts/run-facts.ts';
import { meaningOf, OUTCOMES } from './sections/verdict-section.ts';
import { renderTable } from '../format/render-table.ts';
import { enrolmentLines } from './enrolment/enrolment-words.ts';
import { switchWords } from './switches/switch-words.ts';
import { updateWords } from './updates/update-words.ts';
import { wrapText } from '../format/wrap-text.ts';
import type { RunReport } from './facts/run-report.ts';

export interface SummaryOptions {
  readonly colour: boolean;
  /** Columns of the terminal; no line is longer. At least 40 are used. */
  readonly width: number;
}

type Paint = ReturnType<typeof pc.createColors>;

export function renderSummary(report: RunReport, { colour, width }: SummaryOptions): string {
  const paint = pc.createColors(colour);
  const { run } = report;
  const columns = Math.max(40, width);
  return [
    ...headLines(run, report, paint, columns),
    ...objectiveLines(run, paint, columns),
    ...phaseLines(run, paint, columns),
    ...loadLines(run.verdict?.whole).flatMap((line) => wrapText(line, columns, '  ', '')),
    ...saturationLines(run, columns),
    ...peerLines(report).flatMap((line) => wrapText(line, columns, '  ', '')),
    ...recoveryLines(report).flatMap((line) => wrapText(line, columns, '  ', '')),
    ...(report.enrolment === null ? [] : enrolmentLines(report.enrolment)).flatMap((line) =>
      wrapText(`enrolment: ${line}`, columns, '  ', ''),
    ),
    ...report.updates.map(updateWords).flatMap((line) => wrapText(line, columns, '  ', '')),
    ...report.switches.map(switchWords).flatMap((line) => wrapText(line, columns, '  ', '')),
    ...accessLines(report).flatMap((line) => wrapText(line, columns, '  ', '')),
    ...actionLines(report, columns),
    // Never broken: people click on it or copy it.
    `report: ${join(relative('.', run.folder), 'report.html')}`,
  ].join('\n');
}

function headLines(run: SavedRun, facts: RunFacts, paint: Paint, columns: number): string[] {
  const { sign, title } = OUTCOMES[facts.outcome];
  const meaning = meaningOf(facts.outcome, run);
  const ink = inkOf(facts.outcome, paint);
  const [first = '', ...rest] = wrapText(
    `${sign} ${title}: ${run.scenario.name}. ${meaning}`.trimEnd(),
    columns,
    '  ',
    '',
  );
  const remarks = [...facts.reasons, ...facts.missing];
  if (facts.warnings.length > 0)
    remarks.push(`${counted(facts.warnings.length, 'warning')}; the first: ${facts.warnings[0]}`);
  return [
    '',
    ink(paint.bold(first)),
    ...rest.map((line) => ink(line)),
    ...remarks.flatMap((text) => wrapText(text, columns, '  ')),
    '',
  ];
}

function objectiveLines({ verdict }: SavedRun, paint: Paint, columns: number): string[] {
  if (verdict === undefined || verdict.objectives.length === 0) return [];
  const inks = { held: paint.green, missed: paint.red, 'no-samples': paint.yellow };
  const signs = { held: '✓', missed: '✗', 'no-samples': '?' };
  const rows = verdict.objectives.map((result) => ({
    ink: inks[result.status],
    cells: [
      `${signs[result.status]} ${OBJECTIVE_STATUS[result.status]}`,
      result.objective.name,
      describeMeasured(result),
      describeBound(result.objective),
    ],
  }));
  return [
    ...renderTable(
      { head: ['objectives', '', 'measured', 'bound'], numeric: [2, 3], flexible: 1, rows },
      paint.dim,
      columns,
    ),
    '',
  ];
}

function phaseLines({ verdict }: SavedRun, paint: Paint, columns: number): string[] {
  if (verdict === undefined || verdict.phases.length === 0) return [];
  const rows = phaseCells(verdict).map((cells) => ({ cells }));
  const table = { head: PHASE_HEAD, numeric: PHASE_NUMERIC, flexible: 7, rows };
  const late = lateLines(verdict.phases).flatMap((line) => wrapText(line, columns, '  ', ''));
  return [...renderTable(table, paint.dim, columns), ...late, ''];
}

function saturationLines(run: SavedRun, columns: number): string[] {
  const words = firstOutWords(run);
  return words === null ? [] : wrapText(`first to run out: ${words}`, columns, '  ', '');
}

/** Only what went wrong: the rest is in the report. */
function actionLines({ actions, incidents }: RunFacts, columns: number): string[] {
  const failed = actions.filter(({ status }) => status !== 'done');
  return [
    ...failed.map(
      ({ id, summary, status, error }) => `action ${id} (${summary}): ${error ?? status.replace('-', ' ')}`,
    ),
    ...incidents.map(
      ({ node, what, offsetMs }) =>
        `${node} ${what}${offsetMs === null ? '' : ` at ${formatOffset(offsetMs)}`}`,
    ),
  ].flatMap((line) => wrapText(line, columns, '  ', ''));
}

function inkOf(outcome: Outcome, paint: Paint): (text: string) => string {
  if (outcome === 'pass') return paint.green;
  return outcome === 'fail' || outcome === 'broken' ? paint.red : paint.yellow;
}
