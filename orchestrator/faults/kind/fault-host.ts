// What faults ask of the run that they hurt: the one door through which a kind reaches nodes, whatever engine they run on.

import type { ruleOf } from '../targets/target.ts';
import type { KernelFeature } from './host-need.ts';

/** Nodes go by their names. For one that has gone, or goes meanwhile, nothing happens, and that is no error. */
export interface FaultHost {
  /**
   * SIGKILL, as when the power goes. Nobody is told; the node's log is kept. `rule` says how it was chosen.
   * @returns whether the node was there.
   */
  kill(node: string, rule: ReturnType<typeof ruleOf>): Promise<boolean>;
  /** Freezes all processes of a node: they keep memory and connections, and answer nothing. */
  pause(node: string): Promise<void>;
  /** Undoes `pause`; nothing happens where it is not paused. */
  resume(node: string): Promise<void>;
  /** Of these nodes in the network of the run, in their order. Those that have gone are left out. */
  addressesOf(nodes: readonly string[]): readonly string[];
  /** Whether the host's kernel lacks a feature that the fault has named among its needs. */
  lacks(feature: KernelFeature): boolean;
  /**
   * Runs a shell script (`sh -e`) in the node's network namespace, as its superuser; `$dev` is the node's interface, `$1` its address and `$2` its process id. Those of many nodes that are
   * asked for at once are carried out together.
   * @param task for the error: `shape the link`.
   * @throws TopolabError `links-not-shaped`.
   */
  inNetwork(node: string, script: string, task: string): Promise<void>;
}
