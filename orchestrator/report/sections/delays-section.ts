// The delays of links that came about, beside those that were asked for.
import { initialState, linkOf, statesOver } from '../../plan/group-state.ts';
import type { NodeDelays } from '../../delays/delays.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { Group } from '../../scenario/groups/group.ts';
import { formatValue, NO_VALUE } from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import type { RunReport } from '../facts/run-report.ts';

/** No delay was asked for, or nothing came from where it was. */
const NOTHING = 'none';

export function delaysSection({ run, delays: measured }: RunReport): Html | null {
  if (measured === null) return null;
  const groupOf = new Map(
    run.events.flatMap((event) => (event.type === 'node-launched' ? [[event.node, event.group]] : [])),
  );
  const rows = run.scenario.groups.flatMap((group) => {
    const nodes = measured.delays.filter(({ node }) => groupOf.get(node) === group.name);
    const byDelay = Map.groupBy(nodes, (each) => askedIn(each) ?? askedOf(run, group));
    return [...byDelay]
      .filter(([asked, those]) => asked !== NOTHING || those.some(({ ended }) => ended))
      .map(([asked, those]) => groupRow(asked, group.name, those));
  });
  return html`<section aria-labelledby="delays"><h2 id="delays">Delays</h2>
<p class="hint">How long packets that reached these nodes were held back, from the kernel's time of arrival on. Figures of several nodes are those of the least and of the most delayed one.</p>
${measured.lost === undefined ? null : html`<p class="missing">Not known to the end: ${measured.lost}</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="Delays"><table><thead><tr><th scope="col">Group</th><th scope="col">Asked</th><th scope="col" class="num">Nodes</th><th scope="col" class="num">Packets</th><th scope="col" class="num">Median</th><th scope="col" class="num">Late by, median</th><th scope="col" class="num">Late by, 99th percentile</th><th scope="col" class="num">Lost</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function groupRow(asked: string, group: string, nodes: readonly NodeDelays[]): Html {
  const sum = (field: 'packets' | 'dropped') => nodes.reduce((all, node) => all + node[field], 0);
  const cell = (field: 'medianMs' | 'lateMedianMs' | 'late99Ms') =>
    html`<td class="num">${range(nodes.map((node) => node[field]))}</td>`;
  return html`<tr><th scope="row">${group}</th><td>${asked}</td><td class="num">${String(nodes.length)}</td><td class="num">${sum('packets').toLocaleString('en-US')}</td>
${cell('medianMs')}${cell('lateMedianMs')}${cell('late99Ms')}<td class="num">${sum('dropped').toLocaleString('en-US')}</td></tr>`;
}

/** `20 ms ± 5 ms`; undefined where no packet came, and of earlier versions. */
function askedIn({ askedMs, jitterMs = 0 }: NodeDelays): string | undefined {
  return askedMs == null ? undefined : delayWords(askedMs, jitterMs);
}

function delayWords(delayMs: number, jitterMs: number): string {
  const jitter = jitterMs === 0 ? '' : ` ± ${formatValue(jitterMs, 'milliseconds')}`;
  return `${formatValue(delayMs, 'milliseconds')}${jitter}`;
}

/** What the link was to delay by; what the timeline changes follows. */
function askedOf({ plan }: SavedRun, group: Group): string {
  const changes = plan.actions.map(({ change }) => change);
  const asked = statesOver(initialState(group), changes).map((state) => {
    const { delayMs = 0, jitterMs = 0 } = linkOf(state) ?? {};
    return delayMs === 0 ? NOTHING : delayWords(delayMs, jitterMs);
  });
  return asked.filter((words, index) => words !== asked[index - 1]).join(', then ');
}

function range(values: readonly (number | null)[]): string {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const [least = NO_VALUE, most = NO_VALUE] = [sorted[0], sorted.at(-1)].map((value) =>
    value === undefined ? NO_VALUE : formatValue(value, 'milliseconds'),
  );
  return least === most ? least : `${least} to ${most}`;
}
