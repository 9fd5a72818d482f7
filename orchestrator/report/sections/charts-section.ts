// The charts: every panel of the dashboards that has samples, in their order, and the names of those that have none.
import type { Panel, PanelRow } from '../../../dashboards/panels/panel.ts';
import { BOUND_LABEL } from '../../../dashboards/panels/objective-bounds.ts';
import type { Series } from '../../record/samples.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { BOUND_DASH, dashOf, HUES, seriesColour } from '../charts/chart-colours.ts';
import { type ChartTime, chartTime } from '../charts/chart-marks.ts';
import { type ChartSeries, condenseSeries, peakOf } from '../charts/condense-series.ts';
import { NARROW, WIDE } from '../charts/chart-shape.ts';
import { highestFigure, renderChart } from '../charts/render-chart.ts';
import { formatDuration, formatNumber, formatValue } from '../../format/format-value.ts';
import { type Html, html, trusted } from '../page/html.ts';
import type { RunFacts } from '../facts/run-facts.ts';

export interface ReportPanels {
  readonly overview: readonly PanelRow[];
  /** For looking closer: folded away. */
  readonly details: readonly PanelRow[];
  /** Only of runs that have what they show: nobody misses them elsewhere. */
  readonly special?: readonly PanelRow[];
}

export function chartsSection(
  run: SavedRun,
  facts: RunFacts,
  { overview, details, special = [] }: ReportPanels,
): Html {
  if (run.samples === undefined) {
    return html`<section><h2>Charts</h2><p class="missing">None: the run saved no metric samples.</p></section>`;
  }
  const time = chartTime(run, facts);
  const folded = details.map((row) => chartRow(run, row, time)).filter((row) => row !== null);
  const empty = [...overview, ...details].flatMap(({ panels }) =>
    panels.filter((panel) => samplesOf(run, panel, time.durationMs).every(isBound)),
  );
  return html`<section class="charts" aria-labelledby="charts"><h2 id="charts">Charts</h2>
<p class="hint">Grey areas are phases, coloured ones the time in which faults were in force. Dotted vertical lines are actions, dashed ones failures, with their ids from the <a href="#timeline">timeline</a>. One sample every ${formatDuration(run.samples.stepSeconds * 1000)}.</p>
${[...overview, ...special].map((row) => chartRow(run, row, time))}
${folded.length === 0 ? null : html`<details class="more"><summary><h3>More charts</h3></summary>${folded}</details>`}
${empty.length === 0 ? null : html`<p class="hint"><strong>Without samples in this run</strong>: ${empty.map(({ title }) => title).join(', ')}.</p>`}</section>`;
}

/** The panels of a row that have samples; null where none has. */
export function chartRow(run: SavedRun, row: PanelRow, time: ChartTime): Html | null {
  const stepMs = (run.samples?.stepSeconds ?? 1) * 1000;
  const hueOf = huesOf(run);
  const figures = row.panels.flatMap((panel) => {
    const series = samplesOf(run, panel, time.durationMs);
    return series.every(isBound) ? [] : [chartFigure(panel, series, { time, stepMs, hueOf })];
  });
  return figures.length === 0
    ? null
    : html`<h3 class="row">${row.title}</h3><div class="grid">${figures}</div>`;
}

/** A node has one colour in all charts, where there are enough for all nodes. */
function huesOf({ samples }: SavedRun): (series: Series) => number | undefined {
  const nodes = [...new Set((samples?.panels['cpu-cores'] ?? []).map(nodeOf))];
  return (series) => {
    const hue = nodes.indexOf(nodeOf(series));
    return nodes.length > HUES || hue === -1 ? undefined : hue;
  };
}

/** The balancer calls its servers by their names. */
function nodeOf({ labels }: Series): string | undefined {
  return labels['node'] ?? labels['server'];
}

/** Series that have a point within the time that is drawn. */
function samplesOf(run: SavedRun, panel: Panel, durationMs: number): Series[] {
  return (run.samples?.panels[panel.id] ?? [])
    .map((series) => ({ ...series, points: series.points.filter(([at]) => at >= 0 && at <= durationMs) }))
    .filter(({ points }) => points.length > 0);
}

/** A bound further above the figure than this would press it to the floor of its chart. */
const FARTHEST_BOUND = 3;

function isBound({ labels }: Series): boolean {
  return labels[BOUND_LABEL] !== undefined;
}

interface Drawing {
  readonly time: ChartTime;
  readonly stepMs: number;
  readonly hueOf: (series: Series) => number | undefined;
}

function chartFigure(panel: Panel, all: readonly Series[], { time, stepMs, hueOf }: Drawing): Html {
  const own = all.filter((each) => !isBound(each));
  const { series, note } = condenseSeries(own, panel.style === 'area', hueOf);
  const everyBound = all.filter(isBound).map(({ legend, points }) => ({ name: legend, points }));
  const highest = highestFigure({ panel, series });
  const bounds = everyBound.filter(
    ({ points }) => highest === 0 || peakOf(points) <= FARTHEST_BOUND * highest,
  );
  const words = [spoken(series, panel), ...everyBound.map((each) => `${boundWords(each, panel)}.`)];
  const input = { panel, series, bounds, stepMs, time, description: `${panel.title}. ${words.join(' ')}` };
  return html`<figure id="chart-${panel.id}"><figcaption><h4>${panel.title}</h4><p>${panel.help}</p></figcaption>
${trusted(renderChart(input, WIDE))}${trusted(renderChart(input, NARROW))}
<ul class="legend">${series.map((each, index) => legendItem(each, index, panel))}${everyBound.map((each) => boundItem(each, panel, bounds.includes(each)))}</ul>${note === undefined ? null : html`<p class="hint">${note}</p>`}</figure>`;
}

/** What an objective allows, in the legend also where its line would lie far above the chart. */
function boundItem(bound: ChartSeries, panel: Panel, isDrawn: boolean): Html {
  const line = html`<svg width="22" height="8" aria-hidden="true"><path d="M0 4H22" fill="none" stroke="var(--text)" stroke-width="1.25" stroke-dasharray="${BOUND_DASH.join(' ')}"/></svg>`;
  return html`<li class="bound">${isDrawn ? line : null}<div>${boundWords(bound, panel)}${isDrawn ? null : html` <span>above the chart</span>`}</div></li>`;
}

function boundWords({ name, points }: ChartSeries, { unit }: Panel): string {
  const least = Math.min(...points.map(([, value]) => value));
  const most = peakOf(points);
  const value = formatValue(most, unit);
  return `${name}: ${least === most ? value : `${formatValue(least, unit)} to ${value}`}`;
}

function legendItem({ name, points, hue }: ChartSeries, index: number, panel: Panel): Html {
  const dash = index === 0 ? '' : dashOf(index).join(' ');
  return html`<li><svg width="22" height="8" aria-hidden="true"><path d="M0 4H22" fill="none" stroke="${seriesColour(hue ?? index)}" stroke-width="2" stroke-dasharray="${dash}"/></svg>${name} <span>max ${formatValue(peakOf(points), panel.unit)}</span></li>`;
}

function spoken(series: readonly ChartSeries[], panel: Panel): string {
  const told = series
    .slice(0, 6)
    .map(({ name, points }) => `${name} at most ${formatValue(peakOf(points), panel.unit)}`);
  const more = series.length > told.length ? [`and ${formatNumber(series.length - told.length)} more`] : [];
  return `${[...told, ...more].join(', ')}.`;
}
