// The report of a sweep: what changed with what was varied, beside the bounds, and all runs with links to their own reports.
import { drawXy } from './charts/draw-xy.ts';
import { seriesColour } from './charts/chart-colours.ts';
import { counted, formatInstant, formatValue } from '../format/format-value.ts';
import { type Html, html, trusted } from './page/html.ts';
import { renderPage } from './page/render-page.ts';
import { OUTCOMES } from './sections/verdict-section.ts';
import { boundDash, SWEEP_SHAPES, sweepChart, symbolOf } from './sweep/sweep-chart.ts';
import type { SweepFacts, SweepRow } from './sweep/sweep-facts.ts';
import { barShapes, sweepBars } from './sweep/sweep-bars.ts';
import { sweepFindings } from './sweep/sweep-words.ts';

/** The same sweep gives the same text. Runs that left nothing are in the table, and said to be missing. */
export function renderSweepReport(facts: SweepFacts): string {
  const content = html`<header><p class="eyebrow">Topolab sweep report</p><h1>${facts.scenario}</h1>
${facts.description === '' ? null : html`<p class="lead">${facts.description}</p>`}
<ul class="meta"><li><code>${facts.sweep}</code></li><li>${formatInstant(Date.parse(facts.startedAt))}</li><li>${counted(facts.rows.length, 'run')} over ${facts.varied.join(', ') || 'nothing'}</li></ul></header>
${findings(facts)}
${charts(facts)}
${runsTable(facts)}
<footer>Made by Topolab from the folders of the sweep and its runs alone.</footer>`;
  return renderPage(`Sweep: ${facts.scenario} · Topolab ${facts.sweep}`, content);
}

function findings(facts: SweepFacts): Html {
  const { sentences, remarks } = sweepFindings(facts);
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${sentences.length === 0 ? null : html`<ul class="reasons">${sentences.map((sentence) => html`<li>${led(sentence)}</li>`)}</ul>`}
${sentences.length === 0 && remarks.length === 0 ? html`<p class="missing">Too little was measured to compare.</p>` : null}
${remarks.map((text) => html`<p class="missing">${text}</p>`)}
${facts.trials > 1 ? html`<p class="hint">Figures are means of the runs, in brackets their 95 % intervals. <em>Beyond chance</em>: a permutation test over the runs, corrected for the number of comparisons of the same figure (Holm), gives p below 0.05. The runs were made in rounds, each in an order drawn from the seed.</p>` : null}</section>`;
}

/** What it is about stands out. */
function led(sentence: string): Html {
  const [head = '', ...rest] = sentence.split(':');
  return rest.length === 0 ? html`${sentence}` : html`<strong>${head}</strong>:${rest.join(':')}`;
}

function charts(facts: SweepFacts): Html | null {
  if (facts.figures.length === 0) return null;
  if (facts.axis === null) return bars(facts);
  const figures = facts.figures.map((figure) => {
    const input = sweepChart(facts, figure);
    const bounded = figure.bound !== undefined && facts.rows.some((row) => row.boundSeconds !== null);
    return html`<figure id="${input.id}"><figcaption><h4>${figure.title}</h4><p>${figure.help}</p></figcaption>
${SWEEP_SHAPES.map((shape) => trusted(drawXy(input, shape)))}
<ul class="legend">${facts.series.map((name, nth) => html`<li>${sample(nth, false)}${name}</li>${bounded ? html`<li>${sample(nth, true)}${name}, bound</li>` : null}`)}</ul></figure>`;
  });
  const hint = facts.figures.some(({ bound }) => bound !== undefined)
    ? html`<p class="hint under">Bounds come from the links of each scenario: client-server max(N·F / u_s, F / d_min), peer-to-peer and hybrid max(F / u_s, F / d_min, N·F / (u_s + Σ u_i)) (Kurose &amp; Ross, after Kumar &amp; Ross 2006). Where two bounds are equal their lines lie on each other.</p>`
    : null;
  return html`<section class="charts" aria-labelledby="charts"><h2 id="charts">Against ${facts.axis}</h2>${hint}<div class="grid">${figures}</div></section>`;
}

function bars(facts: SweepFacts): Html {
  const shapes = barShapes(facts);
  const figures = facts.figures.map((figure) => {
    const input = sweepBars(facts, figure);
    return html`<figure id="${input.id}"><figcaption><h4>${figure.title}</h4><p>${figure.help}</p></figcaption>
${shapes.map((shape) => trusted(drawXy(input, shape)))}</figure>`;
  });
  const title = facts.varied.length === 0 ? 'Figures' : `By ${facts.varied.join(', ')}`;
  const hint =
    facts.trials > 1
      ? html`<p class="hint under">Bars are means of the runs, rings the runs, and the line with ends the 95 % interval of the mean.</p>`
      : null;
  return html`<section class="charts" aria-labelledby="charts"><h2 id="charts">${title}</h2>${hint}<div class="grid">${figures}</div></section>`;
}

function sample(nth: number, isBound: boolean): Html {
  const colour = seriesColour(nth);
  const line = (dash: string) =>
    html`<path d="M0 6H26" fill="none" stroke="${colour}" stroke-width="1.75" stroke-dasharray="${dash}"/>`;
  if (isBound)
    return html`<svg width="26" height="12" aria-hidden="true">${line(boundDash(nth).join(' '))}</svg>`;
  const marks = {
    circle: html`<circle cx="13" cy="6" r="4" fill="${colour}"/>`,
    square: html`<rect x="9" y="2" width="8" height="8" fill="${colour}"/>`,
    diamond: html`<path d="M13 1L18 6L13 11L8 6Z" fill="var(--card)" stroke="${colour}" stroke-width="1.5"/>`,
    cross: html`<path d="M9 2L17 10M17 2L9 10" stroke="${colour}" stroke-width="2.5"/>`,
    ring: html`<circle cx="13" cy="6" r="4" fill="var(--card)" stroke="${colour}" stroke-width="1.5"/>`,
  };
  return html`<svg width="26" height="12" aria-hidden="true">${line('')}${marks[symbolOf(nth)]}</svg>`;
}

function runsTable(facts: SweepFacts): Html {
  const distributes = facts.rows.some(({ distribution }) => distribution !== null);
  const head = [
    ...facts.figures.flatMap(({ id, title }) =>
      id === 'distribution-time' ? [title, 'Least possible'] : [title],
    ),
    ...(distributes ? ['Server bytes saved'] : []),
  ];
  return html`<section aria-labelledby="runs"><h2 id="runs">Runs</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table><thead><tr>${facts.varied.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">Outcome</th>${head.map((name) => html`<th scope="col" class="num">${name}</th>`)}<th scope="col">Report</th></tr></thead>
<tbody>${facts.rows.map((row) => runRow(row, facts, distributes))}</tbody></table></div></section>`;
}

const BADGES: Readonly<Record<SweepRow['outcome'], string>> = {
  pass: 'held',
  fail: 'missed',
  invalid: 'no-samples',
  interrupted: 'no-samples',
  broken: 'missed',
};

function runRow(row: SweepRow, { figures }: SweepFacts, distributes: boolean): Html {
  const { distribution, outcome, swept } = row;
  const cells = [
    ...figures.flatMap(({ id, unit }) => {
      const least = row.atLeast[id];
      const value =
        least === undefined ? formatValue(row.figures[id], unit) : `≥ ${formatValue(least, unit)}`;
      return id === 'distribution-time' ? [value, formatValue(row.boundSeconds, unit)] : [value];
    }),
    ...(distributes ? [formatValue(distribution?.serverBytesSaved ?? null, 'bytes')] : []),
  ];
  const folder = swept.folder.split('/').map(encodeURIComponent).join('/').replaceAll('%2E', '.');
  return html`<tr class="${BADGES[outcome]}">${row.values.map((value) => html`<td class="nowrap">${value}</td>`)}<td><span class="badge">${OUTCOMES[outcome].title.toLowerCase()}</span></td>${cells.map((cell) => html`<td class="num">${cell}</td>`)}<td><a href="${folder}/report.html" aria-label="Report of ${swept.folder.split('/').at(-1)}">report</a></td></tr>`;
}
