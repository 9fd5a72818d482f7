// Hosts that were lost in the middle of a run, and what went with them, from the event log. Pure.
import type { RunEvent } from './event.ts';

/** A host other than the first: with that one the run ends. */
export interface HostLoss {
  readonly host: string;
  /** Since when nothing was heard from there, milliseconds after the start of the load; null before it. */
  readonly goneMs: number | null;
  /** When that was found out. */
  readonly foundMs: number | null;
  /** Nodes that went with it. */
  readonly nodes: readonly string[];
  /** Generators and canaries that did: without them nothing is measured, and the load ended then. */
  readonly needed: readonly string[];
}

export function hostLosses(events: readonly RunEvent[]): HostLoss[] {
  return events.flatMap((event) => {
    if (event.type !== 'host-gone') return [];
    const { host, goneMs, offsetMs: foundMs, nodes, needed } = event;
    return [{ host, goneMs, foundMs, nodes, needed }];
  });
}

/** Of all hosts that a run began with, where it was told of several. */
export function hostNames(events: readonly RunEvent[]): readonly string[] {
  const started = events.find((event) => event.type === 'run-started');
  return started?.hosts?.map(({ name }) => name) ?? [];
}

/** Whether this node's end is that of its host. */
export function wentWithHost(node: string, losses: readonly HostLoss[]): boolean {
  return losses.some(({ nodes }) => nodes.includes(node));
}
