// The charts: every panel of the dashboards that has samples, in their order, and the names of those that have none.
import type { Panel, PanelRow } from '../../../dashboards/panel.ts';
import type { Series } from '../../record/samples.ts';
import type { SavedRun } from '../../record/run-folder.ts';
import { dashOf, seriesColour } from '../charts/chart-colours.ts';
import { type ChartTime, chartTime } from '../charts/chart-marks.ts';
import { type ChartSeries, condenseSeries, peakOf } from '../charts/condense-series.ts';
import { NARROW, WIDE } from '../charts/chart-shape.ts';
import { renderChart } from '../charts/render-chart.ts';
import { formatDuration, formatNumber, formatValue } from '../format-value.ts';
import { type Html, html, trusted } from '../html.ts';
import type { RunFacts } from '../run-facts.ts';

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
    panels.filter((panel) => samplesOf(run, panel, time.durationMs).length === 0),
  );
  return html`<section class="charts" aria-labelledby="charts"><h2 id="charts">Charts</h2>
<p class="hint">Shaded stretches are phases. Dotted vertical lines are actions, dashed ones failures; their ids are those of the <a href="#timeline">timeline</a>. One sample every ${formatDuration(run.samples.stepSeconds * 1000)}.</p>
${[...overview, ...special].map((row) => chartRow(run, row, time))}
${folded.length === 0 ? null : html`<details class="more"><summary><h3>More charts</h3></summary>${folded}</details>`}
${empty.length === 0 ? null : html`<p class="hint"><strong>Without samples in this run</strong>: ${empty.map(({ title }) => title).join(', ')}.</p>`}</section>`;
}

/** The panels of a row that have samples; null where none has. */
export function chartRow(run: SavedRun, row: PanelRow, time: ChartTime): Html | null {
  const figures = row.panels.flatMap((panel) => {
    const series = samplesOf(run, panel, time.durationMs);
    return series.length === 0
      ? []
      : [chartFigure(panel, series, time, (run.samples?.stepSeconds ?? 1) * 1000)];
  });
  return figures.length === 0
    ? null
    : html`<h3 class="row">${row.title}</h3><div class="grid">${figures}</div>`;
}

/** Series that have a point within the time that is drawn. */
function samplesOf(run: SavedRun, panel: Panel, durationMs: number): Series[] {
  return (run.samples?.panels[panel.id] ?? [])
    .map((series) => ({ ...series, points: series.points.filter(([at]) => at >= 0 && at <= durationMs) }))
    .filter(({ points }) => points.length > 0);
}

function chartFigure(panel: Panel, all: readonly Series[], time: ChartTime, stepMs: number): Html {
  const { series, note } = condenseSeries(all, panel.style === 'area');
  const input = { panel, series, stepMs, time, description: `${panel.title}. ${spoken(series, panel)}` };
  return html`<figure id="chart-${panel.id}"><figcaption><h4>${panel.title}</h4><p>${panel.help}</p></figcaption>
${trusted(renderChart(input, WIDE))}${trusted(renderChart(input, NARROW))}
<ul class="legend">${series.map((each, index) => legendItem(each, index, panel))}</ul>${note === undefined ? null : html`<p class="hint">${note}</p>`}</figure>`;
}

function legendItem({ name, points }: ChartSeries, index: number, panel: Panel): Html {
  const dash = index === 0 ? '' : dashOf(index).join(' ');
  return html`<li><svg width="22" height="8" aria-hidden="true"><path d="M0 4H22" fill="none" stroke="${seriesColour(index)}" stroke-width="2" stroke-dasharray="${dash}"/></svg>${name} <span>max ${formatValue(peakOf(points), panel.unit)}</span></li>`;
}

function spoken(series: readonly ChartSeries[], panel: Panel): string {
  const told = series
    .slice(0, 6)
    .map(({ name, points }) => `${name} at most ${formatValue(peakOf(points), panel.unit)}`);
  const more = series.length > told.length ? [`and ${formatNumber(series.length - told.length)} more`] : [];
  return `${[...told, ...more].join(', ')}.`;
}
