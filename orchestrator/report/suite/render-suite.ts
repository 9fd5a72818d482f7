// The report of a suite: who is ahead on which row, the chart, what was assumed, and every trial with a link to its report.
import { seriesColour } from '../charts/chart-colours.ts';
import { formatDuration, formatInstant } from '../../format/format-value.ts';
import type { Cell, ChartFigure, ChartRow } from '../../suite/chart.ts';
import type { SavedSuite } from '../../suite/read-suite.ts';
import type { SuiteTrialResult } from '../../suite/suite-folder.ts';
import { type Html, html } from '../page/html.ts';
import { renderPage } from '../page/render-page.ts';
import { SUITE_STYLESHEET } from './suite-stylesheet.ts';
import {
  aheadWords,
  effortWords,
  findingOf,
  HOW_TO_READ,
  isClearlyAhead,
  medianWords,
  NOT_MEASURED,
  remarks,
  scenarioWords,
  spreadWords,
} from './suite-words.ts';

/** The same suite gives the same text. */
export function renderSuite(saved: SavedSuite): string {
  const { run, chart } = saved;
  const { suite } = run;
  const content = html`<header><p class="eyebrow">Topolab suite</p><h1>${suite.name}</h1>
${suite.description === '' ? null : html`<p class="lead">${suite.description}</p>`}
<ul class="meta"><li><code>${run.id}</code></li><li>${formatInstant(run.startedAtMs)}</li><li>${effortWords(chart)}</li></ul></header>
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<ul class="findings">${chart.rows.map((row) => finding(row, suite.currency))}</ul>
${remarks(saved).map((text) => html`<p class="missing">${text}</p>`)}</section>
<section aria-labelledby="chart"><h2 id="chart">Chart</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Chart"><table class="chart-table"><thead><tr><th scope="col">${suite.columns.parameter}</th>${chart.columns.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">Ahead</th></tr></thead>
${chart.rows.map((row) => rowBody(row, saved))}</table></div>
<p class="hint">${HOW_TO_READ}</p></section>
${assumed(saved)}
${trialsSection(saved)}
<footer>Made by Topolab from the folders of the suite and its runs alone.<p class="on-paper">The list of all trials, folded on screen, is not printed.</p></footer>`;
  return renderPage(`Suite: ${suite.name} · Topolab ${run.id}`, content, SUITE_STYLESHEET);
}

function finding(row: ChartRow, currency: string): Html {
  return html`<li><strong>${row.name}</strong>: ${findingOf(row, currency)}</li>`;
}

function rowBody(row: ChartRow, saved: SavedSuite): Html {
  const width = saved.chart.columns.length + 2;
  const about = row.notMeasured ?? row.description;
  const head = html`<tr class="row-name"><th scope="rowgroup" colspan="${width}">${row.name}${about === '' ? null : html`<span>${row.notMeasured === null ? about : `${NOT_MEASURED}: ${about}`}</span>`}</th></tr>`;
  return html`<tbody>${head}${row.figures.map((figure) => figureRow(figure, row, saved))}</tbody>`;
}

function figureRow(figure: ChartFigure, row: ChartRow, { chart, run }: SavedSuite): Html {
  const { currency } = run.suite;
  const most = Math.max(...figure.cells.flatMap((cell) => (cell.kind === 'measured' ? [cell.most] : [])), 0);
  const decides = figure.decides && row.figures.length > 1;
  const cells = figure.cells.map((cell, nth) => {
    const column = chart.columns[nth] ?? '';
    const state = cell.kind === 'not-measured' ? 'none' : isClearlyAhead(figure, column) ? 'best' : '';
    const note = cell.kind === 'not-measured' ? cell.reason : spreadWords(cell, figure, currency);
    return html`<td class="cell ${state}" data-column="${column}"><b>${medianWords(cell, figure, currency)}</b>${bar(cell, most)}${note === '' ? null : html`<small>${note}</small>`}${runLinks(cell)}</td>`;
  });
  return html`<tr${decides ? html` class="decides"` : null}><th scope="row">${figure.name}</th>${cells}<td class="ahead">${aheadWords(figure, currency)}</td></tr>`;
}

const BAR = { width: 110, height: 9 };

/** Beside the other columns of the same figure: the median, and a line from the smallest to the largest. */
function bar(cell: Cell, most: number): Html | null {
  if (cell.kind !== 'measured' || !(most > 0) || cell.least < 0) return null;
  const x = (value: number) => Math.round((value / most) * BAR.width * 10) / 10;
  const middle = BAR.height / 2;
  return html`<svg width="${BAR.width}" height="${BAR.height}" viewBox="0 0 ${BAR.width} ${BAR.height}" aria-hidden="true"><rect class="track" y="2" width="${BAR.width}" height="5" rx="2"/><rect class="value" y="2" width="${x(cell.median)}" height="5" rx="2" fill="${seriesColour(0)}"/><path class="range" d="M${x(cell.least)} ${middle}H${x(cell.most)}M${x(cell.least)} 1V8M${x(cell.most)} 1V8"/></svg>`;
}

function runLinks(cell: Cell): Html | null {
  const links =
    cell.kind === 'measured'
      ? cell.trials.map(({ trial, folder }) => ({ text: String(trial), folder }))
      : cell.folders.map((folder, nth) => ({ text: String(nth + 1), folder }));
  if (links.length === 0) return null;
  return html`<span class="runs">${links.length === 1 ? 'run' : 'runs'} ${links.map(({ text, folder }) => html`<a href="${encodeURIComponent(folder)}/report.html" aria-label="Report of ${folder}">${text}</a> `)}</span>`;
}

function assumed({ run }: SavedSuite): Html {
  const { suite, file } = run;
  const used = suite.scenarios.map(
    (scenario) =>
      html`<li><strong>${scenario.name}</strong>: <code>${scenarioWords(scenario, suite.columns.parameter)}</code></li>`,
  );
  return html`<section aria-labelledby="assumed"><h2 id="assumed">What was assumed</h2>
<ul class="assumed">${suite.assumptions.map((text) => html`<li>${text}</li>`)}${used}<li>Suite <code>${file}</code>, seed ${suite.seed}: it draws the order of the trials. Every trial of a cell has the same plan.</li></ul></section>`;
}

function trialsSection({ trials, run }: SavedSuite): Html {
  const head = [
    'Ended',
    'Scenario',
    run.suite.columns.parameter,
    'Trial',
    'Took',
    'Exit code',
    'Remark',
    'Report',
  ];
  return html`<section class="fold" aria-labelledby="trials"><details><summary><h3 id="trials">Trials</h3></summary>
<div class="scroll" tabindex="0" role="region" aria-label="Trials"><table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${trials.map(trialRow)}</tbody></table></div></details></section>`;
}

function trialRow({
  scenario,
  column,
  trial,
  attempt,
  startedAtMs,
  tookMs,
  exitCode,
  invalid,
  folder,
}: SuiteTrialResult): Html {
  const report =
    folder === null
      ? null
      : html`<a href="${encodeURIComponent(folder)}/report.html" aria-label="Report of ${folder}">report</a>`;
  return html`<tr class="${invalid.length === 0 ? 'held' : 'no-samples'}"><td class="nowrap">${formatInstant(startedAtMs + tookMs)}</td><td>${scenario}</td><td>${column}</td><td>${trial}${attempt === 2 ? ' (again)' : null}</td><td class="nowrap">${formatDuration(tookMs)}</td><td>${exitCode}</td><td class="wide">${invalid[0] ?? ''}</td><td>${report}</td></tr>`;
}
