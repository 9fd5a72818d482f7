// One fault of every kind that hits nodes by name, as people write it. The compiler asks for one of each. Those on hosts are tried on a Swarm
// (host-rows.ts).
import type { FaultName } from '../../orchestrator/faults/registry.ts';
import type { ScenarioInput } from '../../orchestrator/scenario/schema.ts';

type Entry = NonNullable<ScenarioInput['timeline']>[number];

interface Example<Name extends FaultName> {
  /** For nodes of these names. It lasts for three seconds, or strikes once. */
  readonly write: (nodes: readonly string[]) => NonNullable<Entry[Name]>;
  /** What strikes once is not taken back. Default: it is. */
  readonly lasts?: false;
  /** Its nodes are gone afterwards, or may be: nothing else is tried on them. Default: they go on. */
  readonly endsNodes?: true;
  /** Only for images of ours. Default: for any. */
  readonly oursOnly?: true;
  /** Only for foreign images, and on hosts with version 2 of control groups. Default: for any, on any. */
  readonly slowsDisks?: true;
}

export type HostFaultName = 'host-lost' | 'host-cut' | 'drain';
export type ExampleName = Exclude<FaultName, HostFaultName>;

export const examples: { readonly [Name in ExampleName]: Example<Name> } = {
  pause: { write: (nodes) => ({ nodes: [...nodes], for: '3s' }) },
  isolate: { write: (nodes) => ({ nodes: [...nodes], for: '3s' }) },
  partition: { write: (nodes) => ({ nodes: [...nodes], from: ['others'], for: '3s' }) },
  refuse: { write: (nodes) => ({ nodes: [...nodes], for: '3s' }) },
  dns: { write: (nodes) => ({ nodes: [...nodes], for: '3s' }) },
  link: {
    write: (nodes) => ({ nodes: [...nodes], uplink: '1MiB/s', loss: '10%', delay: '20ms', for: '3s' }),
  },
  stress: { write: (nodes) => ({ nodes: [...nodes], cpu: 1, for: '3s' }) },
  'disk-full': { write: (nodes) => ({ nodes: [...nodes], for: '3s' }) },
  'disk-slow': { write: (nodes) => ({ nodes: [...nodes], write: '1MiB/s', for: '3s' }), slowsDisks: true },
  clock: { write: (nodes) => ({ nodes: [...nodes], ahead: '1h', for: '3s' }), oursOnly: true },
  // The first process of a container hears no signal that it does not handle.
  stop: { write: (nodes) => ({ nodes: [...nodes], grace: '1s', for: '3s' }) },
  restart: { write: (nodes) => ({ nodes: [...nodes], grace: '1s' }) },
  crash: { write: (nodes) => ({ nodes: [...nodes], after: '1s', backOff: '1s', for: '3s' }) },
  'out-of-memory': { write: (nodes) => ({ nodes: [...nodes], for: '3s' }), endsNodes: true },
  destroy: { write: (nodes) => ({ nodes: [...nodes] }), lasts: false, endsNodes: true },
  kill: { write: (nodes) => ({ nodes: [...nodes] }), lasts: false, endsNodes: true },
};
