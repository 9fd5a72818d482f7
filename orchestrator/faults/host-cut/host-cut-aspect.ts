// Whether a node's host is cut off from the network, as a side of the node: rules in its own network namespace, by which only those that are cut off
// with it reach it.
import { cutOffChains } from '../firewall/cut-off.ts';
import { firewallScript } from '../firewall/firewall.ts';
import { seeConnection } from '../firewall/see-connection.ts';
import type { Aspect } from '../kind/aspect.ts';

export interface HostCutState {
  /** Nodes that it still reaches, by name; null = it is not cut off. */
  readonly besides: readonly string[] | null;
}

const TABLE = 'topolab_host_cut';
const notCut: HostCutState = { besides: null };
const BOTH = { in: true, out: true };
const NEITHER = { in: false, out: false };

export const hostCutAspect: Aspect<HostCutState> = {
  name: 'host-cut',
  fresh: notCut,
  // A node that is cut off would never become ready.
  from: 'ready',
  entersNetwork: true,
  ofGroup: () => notCut,
  // One that comes back may have another address.
  among: {
    matters: ({ besides }) => besides !== null,
    stateAmong: ({ besides }, others) => ({
      besides:
        besides === null
          ? null
          : others
              .map(({ name }) => name)
              .filter((name) => besides.includes(name))
              .toSorted(),
    }),
  },
  apply(host, node, { besides }) {
    const chains = besides === null ? cutOffChains(NEITHER) : cutOffChains(BOTH, host.addressesOf(besides));
    return host.inNetwork(node, firewallScript(TABLE, chains), 'cut off the node with its host');
  },
  async look(host, node, { besides }) {
    const seen = await seeConnection(host, node, null, { table: TABLE, done: 'dropped' });
    const { answer, counts, saw } = seen;
    if (besides === null) return { isSo: answer === 'answered' || answer === 'refused', saw };
    return { isSo: answer === 'silent' && (counts.input ?? 0) > 0, saw };
  },
};
