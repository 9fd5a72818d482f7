// Whom a node is cut off from: rules in its own network namespace for the addresses of others.
import { type Chain, firewallScript } from '../firewall/firewall.ts';
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

const uncut: Cuts = { pending: [], in: [], out: [] };

export const cutsAspect: Aspect<Cuts> = {
  name: 'partition',
  fresh: uncut,
  // From its first packet on: one that needs the other side to become ready does not become so while this lasts.
  from: 'launch',
  entersNetwork: true,
  ofGroup: () => uncut,
  among: ({ pending }, others) => ({
    pending: [],
    in: cutOff(pending, 'in', others),
    out: cutOff(pending, 'out', others),
  }),
  apply(host, node, wanted) {
    const chains: Chain[] = [
      { hook: 'input', rules: drop('iifname "$dev" ip saddr', host.addressesOf(wanted.in)) },
      { hook: 'output', rules: drop('oifname "$dev" ip daddr', host.addressesOf(wanted.out)) },
    ];
    return host.inNetwork(node, firewallScript('topolab_partition', chains), 'cut off the node from others');
  },
};

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
