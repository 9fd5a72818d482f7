// Whom a node is cut off from: rules in its own network namespace for the addresses of others.
import { type Chain, firewallScript } from '../firewall/firewall.ts';
import { countRules, parseRuleCounts, sayRuleCounts } from '../firewall/rule-counts.ts';
import { parseOutcomes, tryConnections } from '../firewall/try-connections.ts';
import type { Aspect, OtherNode } from '../kind/aspect.ts';

export const WAYS = ['both', 'in', 'out'] as const;

/** Which packets are dropped: those that arrive, those that leave, or both. */
export type Way = (typeof WAYS)[number];

interface Cut {
  /** Groups. */
  readonly from: readonly string[];
  readonly way: Way;
  /** Who is on this side, and not cut off. */
  readonly besides: { readonly nodes: readonly string[]; readonly groups: readonly string[] };
}

export interface Cuts {
  /** Of which it is not known yet whom they concern. */
  readonly pending: readonly Cut[];
  /** Nodes from which nothing arrives, by name. */
  readonly in: readonly string[];
  /** Nodes that nothing goes out to, by name. */
  readonly out: readonly string[];
}

const TABLE = 'topolab_partition';
/** So many nodes of the other side are tried, for so long. */
const MOST_TRIED = 4;
const WITHIN_SECONDS = 0.5;

const uncut: Cuts = { pending: [], in: [], out: [] };

export const cutsAspect: Aspect<Cuts> = {
  name: 'partition',
  fresh: uncut,
  // From its first packet on: one that needs the other side to become ready does not become so while this lasts.
  from: 'launch',
  entersNetwork: true,
  ofGroup: () => uncut,
  among: {
    matters: ({ pending }) => pending.length > 0,
    stateAmong: ({ pending }, others) => ({
      pending: [],
      in: cutOff(pending, 'in', others),
      out: cutOff(pending, 'out', others),
    }),
  },
  apply(host, node, wanted) {
    const chains: Chain[] = [
      { hook: 'input', rules: drop('iifname "$dev" ip saddr', host.addressesOf(wanted.in)) },
      { hook: 'output', rules: drop('oifname "$dev" ip daddr', host.addressesOf(wanted.out)) },
    ];
    return host.inNetwork(node, firewallScript(TABLE, chains), 'cut off the node from others');
  },
  async look(host, node, wanted, before) {
    const cut = host.addressesOf(namesIn(wanted).slice(0, MOST_TRIED));
    const freed = host.addressesOf(
      namesIn(before)
        .filter((name) => !namesIn(wanted).includes(name))
        .slice(0, MOST_TRIED),
    );
    // Where nobody is on the other side, nothing is cut, whatever the rules are; where all of it has gone, nothing is left to be freed.
    if (cut.length + freed.length === 0 && (namesIn(wanted).length > 0 || namesIn(before).length === 0))
      return { isSo: false, saw: 'nobody is on the other side' };
    // Nobody listens there, which the other side's kernel says at once where it is reached.
    const attempts = [...cut, ...freed].map((address) => ({ address, port: host.witness.closedPort }));
    const script = `${tryConnections(attempts, WITHIN_SECONDS)}\n${countRules(TABLE)}`;
    const output = await host.lookInNetwork(node, script);
    const outcomes = parseOutcomes(output, attempts);
    const counts = parseRuleCounts(output);
    const saw = `${sayOutcomes(outcomes)}; ${sayRuleCounts(counts, 'dropped')}`;
    const dropped = (counts.input ?? 0) + (counts.output ?? 0) > 0;
    const isCut = cut.length === 0 ? counts.input === null && counts.output === null : dropped;
    const silent = outcomes.slice(0, cut.length).every((outcome) => outcome === 'silent');
    const heard = outcomes
      .slice(cut.length)
      .every((outcome) => outcome !== undefined && outcome !== 'silent');
    return { isSo: output !== undefined && isCut && silent && heard, saw };
  },
};

function namesIn({ in: arriving, out: leaving }: Cuts): string[] {
  return [...new Set([...arriving, ...leaving])];
}

function sayOutcomes(outcomes: readonly (string | undefined)[]): string {
  const silent = outcomes.filter((outcome) => outcome === 'silent').length;
  return `${silent} of ${outcomes.length} nodes of the other side tried gave no answer`;
}

function cutOff(cuts: readonly Cut[], way: 'in' | 'out', others: readonly OtherNode[]): string[] {
  return others
    .filter(({ name, group }) =>
      cuts.some(
        ({ from, way: each, besides }) =>
          (each === way || each === 'both') &&
          from.includes(group) &&
          !besides.nodes.includes(name) &&
          !besides.groups.includes(group),
      ),
    )
    .map(({ name }) => name)
    .toSorted();
}

function drop(match: string, addresses: readonly string[]): string[] {
  return addresses.length === 0 ? [] : [`${match} { ${addresses.join(', ')} } counter drop`];
}
