// A comparison as one HTML file that needs nothing else: figures, their intervals drawn against zero, what differs in the scenarios.
import type { CandidateComparison, Change, MetricComparison, RunsComparison } from './compare-runs.ts';
import { COMPARISON_HEAD, COMPARISON_NUMERIC, comparisonCells, differenceCells } from './comparison-words.ts';
import { html, type Html } from './page/html.ts';
import { renderPage } from './page/render-page.ts';
import { notes } from './render-comparison.ts';

const OWN_STYLE =
  '.compared td svg{display:block}.compared thead th:not(:nth-child(7))::first-letter{text-transform:uppercase}';

/** How rows of the page look that are good, bad or open. */
const LOOKS: Readonly<Record<Change, 'held' | 'missed' | 'no-samples' | ''>> = {
  regression: 'missed',
  'now-missed': 'missed',
  improvement: 'held',
  'now-held': 'held',
  'within-tolerance': '',
  'no-difference-seen': '',
  'too-few-trials': 'no-samples',
};

export function renderComparisonHtml(comparison: RunsComparison): string {
  const { baseline, candidates } = comparison;
  const others = candidates.map(({ candidate }) => candidate).join(', ');
  const content = html`<header>
<p class="eyebrow">Topolab comparison</p>
<h1>${others} against ${baseline}</h1>
<ul class="meta"><li>baseline <code>${baseline}</code></li><li>tolerance ${String(comparison.tolerance * 100)} %</li></ul>
</header>
${candidates.map((candidate) => candidateSection(candidate))}
<footer>Made by Topolab from saved ${comparison.kind === 'study' ? 'studies' : 'runs'} alone.</footer>`;
  return renderPage(`${others} against ${baseline} · Topolab comparison`, content, OWN_STYLE);
}

/** The answer in a word, and what it rests on. */
function verdict(candidate: CandidateComparison): Html {
  const [look, sign, title] = outcomeOf(candidate);
  return html`<section class="verdict ${look}">
<p class="sign" aria-hidden="true">${sign}</p>
<div><h2>${title}</h2><ul class="reasons">${candidate.sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>
</section>`;
}

function outcomeOf({
  candidate,
  metrics,
  neverReached,
  undecided,
}: CandidateComparison): readonly [look: string, sign: string, title: string] {
  const looks = metrics.filter(({ metric }) => metric.decides).map(({ change }) => LOOKS[change]);
  const better = looks.includes('held');
  if (neverReached.length > 0 || looks.includes('missed'))
    return ['fail', '✗', `${candidate} is ${better ? 'worse in some figures, better in others' : 'worse'}`];
  if (undecided.length > 0) return ['invalid', '!', `${candidate}: not every figure could be compared`];
  if (better) return ['pass', '✓', `${candidate} is better`];
  if (looks.includes('no-samples')) return ['invalid', '?', `${candidate}: too few trials to tell`];
  return ['pass', '=', `${candidate}: no difference was found`];
}

function candidateSection(candidate: CandidateComparison): Html {
  const deciding = candidate.metrics.filter(({ metric }) => metric.decides);
  const explaining = candidate.metrics.filter(({ metric }) => !metric.decides);
  const remarks = notes(candidate);
  return html`${verdict(candidate)}<section>
${figuresTable('What decides', deciding)}
${figuresTable('Other figures', explaining)}
<p class="hint">Each figure is a mean over trials. p comes from a permutation test over the trials, corrected for the number of figures that decide; the dot is the difference, the line its 95 % interval. A difference counts as worse or better where p is below 0.05 and it is larger than the tolerance.</p>
${scenarioTable(candidate)}
${remarks.length === 0 ? null : html`<h3>Warnings</h3><ul class="warnings">${remarks.map((each) => html`<li>${each}</li>`)}</ul>`}
</section>`;
}

function figuresTable(title: string, metrics: readonly MetricComparison[]): Html | null {
  if (metrics.length === 0) return null;
  const reach = Math.max(
    0.01,
    ...metrics.flatMap(({ comparison }) => relativeInterval(comparison) ?? []).map(Math.abs),
  );
  const head = [...COMPARISON_HEAD, `difference, −${percent(reach)} to +${percent(reach)}`];
  return html`<h3>${title}</h3>
<div class="scroll"><table class="compared">
<thead><tr>${head.map((each, column) => html`<th scope="col" class="${COMPARISON_NUMERIC.includes(column) ? 'num' : ''}">${each}</th>`)}</tr></thead>
<tbody>${metrics.map((row) => html`<tr class="${LOOKS[row.change]}">${comparisonCells(row).map((cell, column) => cellOf(cell, column))}<td>${intervalDrawing(row, reach)}</td></tr>`)}</tbody>
</table></div>`;
}

function cellOf(cell: string, column: number): Html {
  if (column === 0) return html`<td><span class="badge">${cell}</span></td>`;
  if (column === 1) return html`<th scope="row">${cell}</th>`;
  return COMPARISON_NUMERIC.includes(column) ? html`<td class="num">${cell}</td>` : html`<td>${cell}</td>`;
}

function scenarioTable({ scenario }: CandidateComparison): Html {
  if (scenario.length === 0) return html`<p class="hint">The scenarios are the same.</p>`;
  return html`<h3>What differs in the scenarios</h3>
<div class="scroll"><table>
<thead><tr><th scope="col">path</th><th scope="col">baseline</th><th scope="col">candidate</th></tr></thead>
<tbody>${scenario.map((difference) => html`<tr>${differenceCells(difference).map((cell) => html`<td><code>${cell}</code></td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** [lower, value, upper] of the difference as shares of the baseline; null where there is no interval or the baseline is 0. */
function relativeInterval({ a, difference }: MetricComparison['comparison']): readonly number[] | null {
  if (difference === null || a === 0) return null;
  return [difference.lower, difference.value, difference.upper].map((each) => each / Math.abs(a));
}

/** The interval against zero, `reach` to either side: readable without colour. */
function intervalDrawing({ metric, comparison }: MetricComparison, reach: number): Html | null {
  const interval = relativeInterval(comparison);
  if (interval === null) return null;
  const [lower = 0, value = 0, upper = 0] = interval.map((each) => 80 + (each / reach) * 74);
  const label = `${metric.title}: interval of the difference`;
  return html`<svg width="160" height="18" viewBox="0 0 160 18" role="img" aria-label="${label}"><path d="M80 0V18" stroke="var(--mark)" stroke-dasharray="2 2"/><path d="M${lower.toFixed(1)} 9H${upper.toFixed(1)}" stroke="var(--series-0)" stroke-width="2"/><circle cx="${value.toFixed(1)}" cy="9" r="3.5" fill="var(--series-0)"/></svg>`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
