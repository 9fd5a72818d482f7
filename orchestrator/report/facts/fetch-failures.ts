// Fetches that nodes gave up, and why: from the nodes' own counters, in the words that the report and the terminal share.
import type { SavedSamples } from '../../record/samples.ts';
import { formatNumber } from '../../format/format-value.ts';

export interface FetchFailure {
  /** The word that nodes count it by; see docs/reference/user-interface.md. */
  readonly reason: string;
  /** Those concerned, in the order of their names. */
  readonly nodes: readonly string[];
  /** Fetches that were given up, several tries of a node included. */
  readonly fetches: number;
}

/** node-image/user/fetch-failures.ts has the reasons of Topolab's own nodes; those of others are told as they are. */
const WHY: Readonly<Record<string, string>> = {
  'nobody-found': 'they found no other node to get it from',
  'nobody-has-it': 'nobody sent what they still lacked',
  'disk-full': 'their disk is full',
  'wrong-hash': 'what they got is not what its hash says',
  'not-stored': 'they could not store it',
  'no-server': 'no server answered them to the end',
  'server-refused': 'the servers refused it',
};
/** The table has all of them. */
const MOST_NAMES = 4;

/** By the number of nodes concerned, most first. */
export function fetchFailures(samples: SavedSamples | undefined): FetchFailure[] {
  const byReason = new Map<string, Map<string, number>>();
  for (const { labels, points } of samples?.panels['file-fetch-failures'] ?? []) {
    const { node, reason } = labels;
    const count = Math.max(0, ...points.map(([, value]) => value));
    // The panel has the sum of all nodes as well.
    if (node === undefined || reason === undefined || count === 0) continue;
    const nodes = byReason.get(reason) ?? new Map<string, number>();
    byReason.set(reason, nodes.set(node, count));
  }
  return [...byReason]
    .map(([reason, counts]) => ({
      reason,
      nodes: [...counts.keys()].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
      fetches: [...counts.values()].reduce((sum, count) => sum + count, 0),
    }))
    .toSorted((a, b) => b.nodes.length - a.nodes.length || a.reason.localeCompare(b.reason));
}

/** `peers-1, peers-2 gave up: nobody sent what they still lacked`. */
export function failureWords({ reason, nodes }: FetchFailure): string {
  const more = nodes.length - MOST_NAMES;
  // One more name is no longer than to say that there is one.
  const named = more > 1 ? nodes.slice(0, MOST_NAMES) : nodes;
  const others = more > 1 ? ` and ${formatNumber(more)} more` : '';
  return `${named.join(', ')}${others} gave up: ${WHY[reason] ?? reason}`;
}
