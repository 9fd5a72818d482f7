// What the plan changed, the faults among it, and what it did not: in words.
import type { NodeDelays } from '../delays/delays.ts';
import type { FailedChange } from '../measure/changes/failed-changes.ts';
import type { LateChange } from '../measure/figures/figures.ts';
import type { UnseenFault } from '../measure/impacts/unseen-faults.ts';
import { count, digits, nameSome, seconds, share, stretchOf } from './figure-words.ts';
import type { HelperReturn } from './finding.ts';

/** `“scale servers 2 → 4” ended only at 58.2 s`. */
export function sayLate(changes: readonly LateChange[]): string {
  return changes
    .map(({ summary, finishedMs }) =>
      finishedMs === null
        ? `“${summary}” never ended`
        : `“${summary}” ended only at ${seconds(finishedMs)}, after the phase`,
    )
    .join(', ');
}

/** `“scale servers 2 → 4” at 20.0 s (start node servers-3: not ready within 10 s)`. */
export function sayFailed(changes: readonly FailedChange[]): string {
  return nameSome(
    changes,
    ({ summary, atMs, why }) => `“${summary}” at ${seconds(atMs)} (${why})`,
    (more) => `, and ${more} more`,
  );
}

export function sayUnseen(
  faults: readonly UnseenFault[],
  what: string,
  withoutLook = 'it ended before it could be looked at',
): string {
  const sayFault = ({ fault, kind, node, saw, besides }: UnseenFault) => {
    const where = node === null ? '' : ` on ${node}`;
    const beside = besides.length === 0 ? '' : `, beside ${besides.join(' and ')}`;
    return `${fault} (${kind}${where}${beside}; ${saw ?? withoutLook})`;
  };
  return `Fault ${nameSome(faults, sayFault, (more) => ` and ${more} more`)} ${what}`;
}

export function sayDelays(nodes: readonly NodeDelays[]): string {
  const named = nameSome(nodes, sayDelay, (more) => `, and ${more} more nodes`);
  return (
    `Links were not delayed as configured: ${named}. Without netem, a program delays packets, ` +
    'and it needs CPU time at the right moment: use a host with more CPU, fewer nodes or less traffic.'
  );
}

function sayDelay({ node, packets, beyond, dropped, late99Ms, lateMedianMs, ended }: NodeDelays): string {
  if (ended) return `the delay of ${node} ended early`;
  if (beyond > packets / 2)
    return `${share(beyond / packets)} of the packets to ${node} were late by more than 2 ms and 5 % (median ${digits(lateMedianMs ?? 0)} ms, 99th percentile ${digits(late99Ms ?? 0)} ms)`;
  return `${count(dropped)} packets to ${node} were lost because too many waited`;
}

export function sayReturns(returns: readonly HelperReturn[]): string {
  return returns
    .map(({ goneMs, awayMs, undelayed }) => {
      const nodes = nameSome(
        undelayed,
        (node) => node,
        (more) => ` and ${more} more nodes`,
      );
      const where = undelayed.length === 0 ? '' : ` at ${nodes}`;
      return goneMs === null ? 'before the load' : `${stretchOf({ fromMs: goneMs, forMs: awayMs })}${where}`;
    })
    .join(', ');
}
