// A node of a run, from the moment at which it is asked for until it is forgotten.
import type { RunningContainer } from '../../engine/engine.ts';
import type { Invitation } from '../../scenario/groups/role.ts';
import type { Group } from '../../scenario/groups/group.ts';

/**
 * `starting`: its container is being made, or it is not ready yet. `down`: a fault has ended its program, which may be started again. `leaving`:
 * we take it away. `exited`: it ended by itself, or never came to join.
 */
export type NodeState = 'starting' | 'ready' | 'down' | 'leaving' | 'exited';

export interface FleetNode {
  readonly name: string;
  /** With the program that it runs, whatever the group has got since. */
  readonly group: Group;
  /** Whether it is a store that comes back from its backup. */
  readonly restored: boolean;
  /** Which of the group's programs that is: 1 is what it has at first. */
  readonly revision: number;
  /** The first node of those that took its place one after the other, by name: what that was, this one is. */
  readonly place: string;
  /** With which it enrols itself; undefined where it needs none, and until it has been given one. */
  invitation: Invitation | undefined;
  /** Undefined while it is being made. */
  container: RunningContainer | undefined;
  state: NodeState;
  /** Aborts what waits for this node when its container has exited. Another one after each start. */
  gone: AbortController;
  /** When it ended by itself, epoch milliseconds; undefined where it has not. */
  endedAtMs: number | undefined;
  /** Ends of its program that a fault has caused, and that the engine has not told of yet. */
  endsToTell: number;
  /** Settles when the node has joined, or failed to. */
  joined: Promise<void>;
}

/** A node whose container has been started and has not ended by itself. */
export interface PresentNode {
  readonly name: string;
  readonly group: Group;
  readonly container: RunningContainer;
}
