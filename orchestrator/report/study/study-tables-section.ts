// The tables of a study: how to size it, every size, every trial, every probe.
import type { Sizing } from '../../capacity/answer.ts';
import type { PercentileName } from '../../measure/figures/figures.ts';
import type { SizeAnswer } from '../../study/answer-study.ts';
import type { StudyProbe } from '../../study/study-folder.ts';
import {
  formatDuration,
  formatNumber,
  formatShare,
  formatValue,
  NO_VALUE,
} from '../../format/format-value.ts';
import { type Html, html, type HtmlPart } from '../page/html.ts';
import { warningsOf } from './conclude-study.ts';
import { percentileCell } from '../words/phase-cells.ts';
import { sizingNotes } from './study-answer-section.ts';
import {
  describeBottleneck,
  intervalOf,
  intervalWords,
  money,
  nothingNamed,
  perSecond,
  type StudyMaterial,
} from './study-words.ts';

/** A column: its head, and whether it holds numbers. */
type Column = readonly [head: string, kind?: 'num'];

function table(name: string, columns: readonly Column[], rows: readonly Html[]): Html {
  const heads = columns.map(
    ([head, kind]) => html`<th scope="col"${kind === 'num' ? html` class="num"` : null}>${head}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

const num = (text: string) => html`<td class="num">${text}</td>`;
const strong = (text: string) => html`<td class="num strong">${text}</td>`;

export function sizingSection(study: StudyMaterial): Html | null {
  const { answer } = study.answer;
  if (answer === null) return null;
  const heading = html`<h2 id="sizings">How many nodes for ${perSecond(answer.targetRate)}</h2>`;
  const sentences = html`<ul class="notes">${sizingNotes(study)}</ul>`;
  if (answer.sizings.length === 0) {
    return html`<section aria-labelledby="sizings">${heading}<p class="missing">${warningsOf(study)[0] ?? 'No size reaches it.'}</p>${sentences}</section>`;
  }
  const hasBill = answer.sizings.some(({ bill }) => bill !== null);
  const hasGuess = answer.sizings.some(({ beyondMeasured }) => beyondMeasured);
  const hasUsers = answer.sizings.some(({ bill }) => bill?.perUserHour != null);
  const columns: Column[] = [
    ['Choice'],
    ['Nodes', 'num'],
    ['Capacity', 'num'],
    ['Interval', 'num'],
    ['Headroom', 'num'],
    ['After failures', 'num'],
    ...(hasBill
      ? ([
          ['Per hour', 'num'],
          ['Per million op.', 'num'],
        ] as const)
      : []),
    ...(hasUsers ? ([['Per 1,000 users, hour', 'num']] as const) : []),
    ...(hasGuess ? ([['Capacity from']] as const) : []),
  ];
  const rows = answer.sizings.map((sizing) => sizingRow(sizing, { hasBill, hasUsers, hasGuess }));
  return html`<section aria-labelledby="sizings">${heading}${table('Choices of size', columns, rows)}
${hasBill ? null : html`<p class="hint">The scenario has no prices, so there are no costs.</p>`}${sentences}</section>`;
}

interface Shown {
  readonly hasBill: boolean;
  readonly hasUsers: boolean;
  readonly hasGuess: boolean;
}

function sizingRow(sizing: Sizing, { hasBill, hasUsers, hasGuess }: Shown): Html {
  const { nodes, spare, capacity, headroom, afterFailures, bill, beyondMeasured } = sizing;
  const costs: HtmlPart = !hasBill
    ? null
    : bill === null
      ? [num(NO_VALUE), num(NO_VALUE)]
      : [num(money(bill.perHour, bill.currency)), num(money(bill.perMillionOperations, bill.currency))];
  const users = !hasUsers
    ? null
    : num(bill?.perUserHour == null ? NO_VALUE : money(bill.perUserHour * 1000, bill.currency));
  const guess = !hasGuess
    ? null
    : beyondMeasured
      ? html`<td class="missing">the curve, beyond the measured sizes</td>`
      : html`<td>the measured range</td>`;
  return html`<tr><th scope="row">${spare === 0 ? 'N' : `N+${spare}`}</th>${strong(String(nodes))}${num(perSecond(capacity.value))}${num(intervalWords(capacity))}${num(formatShare(headroom))}
${num(spare === 0 ? NO_VALUE : perSecond(afterFailures.value))}${costs}${users}${guess}</tr>`;
}

export function sizesSection(study: StudyMaterial): Html {
  const { answer } = study;
  const first = answer.sizes.find(({ result }) => result.capacity !== null);
  const perNode = first?.result.capacity == null ? null : first.result.capacity.value / first.size;
  const columns: Column[] = [
    ['Size'],
    ['Sustainable', 'num'],
    ['95 % interval', 'num'],
    ['Trials', 'num'],
    ['Of linear', 'num'],
    ['First to run out'],
    ['Remarks'],
  ];
  const rows = answer.sizes.map((size) => sizeRow(size, perNode));
  return html`<section aria-labelledby="sizes"><h2 id="sizes">Sizes</h2>${table('Sizes', columns, rows)}
<p class="hint">What ran out first is determined in each trial from the probe with the lowest rate that missed an objective or was not sustained: just above the capacity. ${nothingNamed(study)} “Of linear” compares with the smallest size's capacity, multiplied.</p></section>`;
}

function sizeRow(row: SizeAnswer, perNode: number | null): Html {
  const { name, size, result } = row;
  const { capacity, trials, sentences, status } = result;
  const remarks = status === 'found' ? sentences.slice(1) : sentences;
  const linear =
    capacity === null || perNode === null ? NO_VALUE : formatShare(capacity.value / (perNode * size));
  return html`<tr><th scope="row">${name}</th>${strong(capacity === null ? NO_VALUE : perSecond(capacity.value))}${num(intervalOf(row))}${num(String(trials.length))}${num(linear)}
<td class="mid">${describeBottleneck(row)}</td><td class="wide${remarks.length > 0 ? ' missing' : ''}">${remarks.length === 0 ? 'enough trials' : remarks.join(' ')}</td></tr>`;
}

export function trialsSection(study: StudyMaterial): Html {
  const rows = study.answer.sizes.flatMap(({ name, size, result }) =>
    result.trials.map(({ trial, capacity, held, missed, beyondRange }) => {
      const probes = study.probes.filter((probe) => probe.size === size && probe.trial === trial);
      const invalid = probes.filter(({ outcome }) => outcome === 'invalid').length;
      const loadMs = probes.reduce((sum, probe) => sum + probe.loadMs, 0);
      const range =
        beyondRange === null
          ? `${rateOf(held)} held, ${rateOf(missed)} missed`
          : `the limit lies ${beyondRange} the range`;
      return html`<tr><th scope="row">${name}</th>${num(String(trial))}${strong(perSecond(capacity))}<td>${range}</td>${num(String(probes.length))}${num(String(invalid))}${num(formatDuration(loadMs))}</tr>`;
    }),
  );
  const columns: Column[] = [
    ['Size'],
    ['Trial', 'num'],
    ['Capacity', 'num'],
    ['Between'],
    ['Probes', 'num'],
    ['Invalid', 'num'],
    ['Load', 'num'],
  ];
  return html`<section aria-labelledby="trials"><h2 id="trials">Trials</h2>
<p class="hint">Each trial had its own nodes, and sizes alternated in random order. The probes of the first trial include those that searched for the approximate rate.</p>
${rows.length === 0 ? html`<p class="missing">No trial was finished.</p>` : table('Trials', columns, rows)}</section>`;
}

function rateOf(rate: number | null): string {
  return rate === null ? 'none' : perSecond(rate);
}

/** Folded: there are hundreds. */
export function probesSection({ probes, answer }: StudyMaterial): Html {
  const names = new Map(answer.sizes.map(({ size, name }) => [size, name]));
  const columns: Column[] = [
    ['Size'],
    ['Trial', 'num'],
    ['Probe', 'num'],
    ['For'],
    ['Offered', 'num'],
    ['Served', 'num'],
    ['p50', 'num'],
    ['p95', 'num'],
    ['p99', 'num'],
    ['Errors', 'num'],
    ['Outcome'],
    ['Why'],
  ];
  const rows = probes.map((probe) => probeRow(probe, names.get(probe.size) ?? String(probe.size)));
  return html`<section class="fold" aria-labelledby="probes"><h2 id="probes">Probes</h2><details><summary>All ${formatNumber(probes.length)} of them, in the order in which they ended</summary>
<p class="hint under"><a href="#raw">As CSV</a>, with more columns.</p>
${table('Probes', columns, rows)}</details></section>`;
}

const BADGES = { held: 'held', missed: 'missed', invalid: 'no-samples', unclear: 'no-samples' } as const;

function probeRow(
  { trial, number, purpose, rate, servedPerSecond, figures, outcome, note }: StudyProbe,
  name: string,
): Html {
  const ms = (percentile: PercentileName) =>
    num(figures === null ? NO_VALUE : percentileCell(figures, percentile));
  return html`<tr class="${BADGES[outcome]}"><th scope="row">${name}</th>${num(String(trial))}${num(String(number))}<td>${purpose}</td>${num(perSecond(rate))}${num(formatValue(servedPerSecond ?? null, 'per-second'))}
${ms('p50')}${ms('p95')}${ms('p99')}${num(formatValue(figures?.errorShare ?? null, 'share'))}<td><span class="badge">${outcome}</span></td><td class="wide">${note ?? ''}</td></tr>`;
}
