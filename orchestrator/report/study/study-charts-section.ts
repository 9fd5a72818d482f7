// Capacity against size with the law fitted to it, and latency against offered load for each size.
import type { Estimate } from '../../capacity/bootstrap.ts';
import type { SizeAnswer } from '../../study/answer-study.ts';
import { seriesColour } from '../charts/chart-colours.ts';
import { drawXy, type XyInput, type XyShape } from '../charts/draw-xy.ts';
import { counted, formatNumber, formatShare, NO_VALUE } from '../../format/format-value.ts';
import { type Html, html, trusted } from '../page/html.ts';
import {
  CAPACITY_SHAPES,
  capacityChart,
  countBeyondEdge,
  drawnObjective,
  LATENCY_SHAPES,
  latencyChart,
} from './study-charts.ts';
import { capacityWords, describeBottleneck, perSecond, type StudyMaterial } from './study-words.ts';

export function capacitySection(study: StudyMaterial): Html {
  if (study.answer.sizes.every(({ result }) => result.capacity === null)) {
    return html`<section><h2>Capacity against size</h2><p class="missing">No size has a capacity, so there is nothing to draw. The probes are below.</p></section>`;
  }
  const { usl } = study.answer;
  return html`<section class="charts capacity" aria-labelledby="capacity"><h2 id="capacity">Capacity against size</h2>
<div class="beside"><figure id="chart-capacity"><figcaption><h4>Highest sustainable rate with every objective met</h4><p>Squares are medians of trials, bars their intervals, rings single trials.${usl === null ? '' : ' The band is the interval of the curve; beyond the measured sizes it is dashed, and a guess.'}</p></figcaption>
${drawn(capacityChart(study), CAPACITY_SHAPES)}
<ul class="legend">${capacityLegend(study)}</ul></figure>
${modelCard(study)}</div></section>`;
}

function drawn(input: XyInput, shapes: readonly XyShape[]): Html[] {
  return shapes.map((shape) => trusted(drawXy(input, shape)));
}

function capacityLegend({ answer, description }: StudyMaterial): Html[] {
  const line = (dash: string, colour: string, width = 2) =>
    html`<path d="M0 5H22" fill="none" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dash}"/>`;
  const entry = (picture: Html, text: string) =>
    html`<li><svg width="22" height="10" aria-hidden="true">${picture}</svg>${text}</li>`;
  return [
    entry(html`<rect x="7" y="1" width="8" height="8" fill="${seriesColour(0)}"/>`, 'median'),
    entry(
      html`<path d="M11 0V10M8 .5H14M8 9.5H14" stroke="var(--text)" stroke-width="1.5" fill="none"/>`,
      'interval',
    ),
    entry(
      html`<circle cx="11" cy="5" r="2.5" fill="none" stroke="var(--mark)" stroke-width="1.5"/>`,
      'trial',
    ),
    ...(answer.usl === null
      ? []
      : [
          entry(line('', seriesColour(0)), 'fitted curve'),
          entry(line('3 4', seriesColour(0)), 'beyond the measured sizes'),
        ]),
    entry(line('1 3', 'var(--mark)', 1.5), 'linear scaling'),
    ...(description.question.targetRate === null ? [] : [entry(line('7 3', 'var(--alarm)', 1.5), 'target')]),
  ];
}

/** The law's coefficients in words, or why there is none. */
function modelCard({ answer, description }: StudyMaterial): Html {
  const { usl } = answer;
  if (usl === null) {
    const why =
      description.question.dimension === 'cpus'
        ? 'Sizes are CPU limits, but the law is about numbers of nodes, so no curve is fitted.'
        : 'Fewer than three sizes have a capacity: too few for a curve of three coefficients. There is no estimate for sizes in between.';
    return html`<aside class="model"><h3>Model</h3><p class="missing">${why}</p></aside>`;
  }
  const { measured, peak, plateau, rSquared, warnings } = usl;
  const limit =
    peak !== null
      ? row(
          'Peak',
          `${perSecond(peak.capacity)} at ${formatNumber(Math.round(peak.size))} nodes${peak.size > measured.largest ? ', beyond what was measured' : ''}`,
        )
      : row(
          'Plateau',
          plateau === null ? 'none: it scales without a limit in sight' : `approaches ${perSecond(plateau)}`,
        );
  return html`<aside class="model"><h3>Model: Universal Scalability Law</h3>
<p class="formula"><code>C(N) = λN / (1 + σ(N−1) + κN(N−1))</code></p>
<dl>${row('λ, one node', withInterval(usl.lambda, perSecond))}${row('σ, not parallel', withInterval(usl.sigma, formatShare))}${row(
    'κ, agreement',
    withInterval(usl.kappa, (value) => value.toLocaleString('en-US', { maximumSignificantDigits: 2 })),
  )}
${row('Fit', `explains ${formatShare(rSquared)} of the differences between sizes (R²)`)}${limit}
${row('Measured', `${formatNumber(measured.smallest)} to ${formatNumber(measured.largest)} nodes. Beyond ${formatNumber(measured.largest)}, the curve can’t know about the next bottleneck.`)}</dl>
${warnings.length === 0 ? null : html`<ul class="warnings">${warnings.map((text) => html`<li class="missing">${text}</li>`)}</ul>`}</aside>`;
}

function withInterval({ value, lower, upper }: Estimate, format: (value: number) => string): string {
  return `${format(value)} (${format(Math.max(0, lower))} to ${format(upper)})`;
}

function row(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

export function latencySection(study: StudyMaterial): Html {
  const objective = drawnObjective(study);
  if (study.probes.length === 0) {
    return html`<section><h2>Latency against offered load</h2><p class="missing">No probe was finished.</p></section>`;
  }
  const shapes: readonly (readonly [string, string])[] = [
    ['held', `<circle cx="6" cy="6" r="3.5" fill="${seriesColour(0)}"/>`],
    ['missed', '<path d="M2 2L10 10M10 2L2 10" stroke="var(--alarm)" stroke-width="2.5" fill="none"/>'],
    [
      'invalid',
      '<path d="M6 1.5L10.5 6L6 10.5L1.5 6Z" stroke="var(--muted)" stroke-width="1.5" fill="none"/>',
    ],
    ['unclear', '<circle cx="6" cy="6" r="2.5" fill="var(--muted)"/>'],
  ];
  const legend = shapes.map(([name, picture]) => {
    const count = study.probes.filter(({ outcome }) => outcome === name).length;
    return name === 'unclear' && count === 0
      ? ''
      : html`<li><svg width="12" height="12" aria-hidden="true">${trusted(picture)}</svg>${name} <span>${String(count)} probes</span></li>`;
  });
  return html`<section class="charts" aria-labelledby="latency"><h2 id="latency">Latency against offered load</h2>
<p class="hint">Every probe is a point${objective === undefined ? '' : `; the dashed line is the bound of “${objective.name}”`}. A probe may also be missed by another objective. The shaded stretch is the interval of the capacity.</p>
<ul class="legend">${legend}</ul>
<div class="grid">${study.answer.sizes.map((size) => latencyFigure(study, size))}</div></section>`;
}

function latencyFigure(study: StudyMaterial, size: SizeAnswer): Html {
  const { capacity } = size.result;
  const beyond = countBeyondEdge(study, size);
  const undrawn = study.probes.filter((probe) => probe.size === size.size && probe.figures === null).length;
  const notes = [
    ...(beyond > 0 ? [`${counted(beyond, 'probe')} at higher rates: drawn on the right edge.`] : []),
    ...(undrawn > 0 ? [`${counted(undrawn, 'probe')} without figures: not drawn.`] : []),
  ];
  return html`<figure id="chart-latency-${String(size.size)}"><figcaption><h4>${size.name}</h4>
<p>${capacity === null ? (size.result.sentences[0] ?? NO_VALUE) : `Capacity ${capacityWords(capacity, size.result)}.`} First to run out: ${describeBottleneck(size)}. ${notes.join(' ')}</p></figcaption>
${drawn(latencyChart(study, size), LATENCY_SHAPES)}</figure>`;
}
