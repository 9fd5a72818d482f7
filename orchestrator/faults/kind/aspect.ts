// A side of a node that faults change: its link, whether it runs. What it is to be follows from all faults in force together, so that they
// can be taken back in any order; it is applied whole.
import type { Group } from '../../scenario/groups/group.ts';
import type { FaultHost } from './fault-host.ts';
import type { Sighting } from './sighting.ts';

/** Somebody else who is there: its container runs. */
export interface OtherNode {
  readonly name: string;
  readonly group: string;
  /** Where it stands; null = in no zone. */
  readonly zone: string | null;
}

export interface Aspect<State> {
  /** `link`, `pause`. */
  readonly name: string;
  /** Of a container that has just been launched. */
  readonly fresh: State;
  /**
   * From when on a node that joins has it: from its launch, before it is asked anything, or once it is ready, for what would keep it from
   * becoming so.
   */
  readonly from: 'launch' | 'ready';
  /**
   * Whether a node keeps it while its program has ended and is to be started again, rather than come back without it, as from a launch. It is
   * then applied to nodes that are down as well. Default false.
   */
  readonly outlivesProgram?: boolean;
  /** Whether applying it needs the helper that enters nodes' networks. */
  readonly entersNetwork: boolean;
  /** Whether applying it needs the program that presses on nodes from within. Default: false. */
  readonly runsInside?: boolean;
  /** Whether applying it writes into nodes' control groups, which that helper then has from the host. Default: false. */
  readonly writesControlGroups?: boolean;
  /** Without any fault. */
  ofGroup(group: Pick<Group, 'link' | 'distances'>): State;
  /** For a side that may depend on which other nodes there are. */
  readonly among?: {
    /** Whether this state does: most nodes' never do, and then who comes and goes is nothing to them. Pure. */
    matters(state: State): boolean;
    /** What it comes to among them. Whenever one of them is launched or has gone, it is asked again. Pure. */
    stateAmong(state: State, others: readonly OtherNode[]): State;
  };
  /**
   * Makes a node's side this, whatever it was. A node that has gone meanwhile is no error.
   * @param before what it was made last; `undefined` where that failed half way.
   */
  apply(host: FaultHost, node: string, wanted: State, before: State | undefined): Promise<void>;
  /**
   * Looks once whether a node's side is this: by what happens to its processes and packets, never by what `apply` was told. It is called again
   * until it is so, for as long as the fault lasts, beside the timeline: it changes nothing, and takes two seconds at most. Where it fails, it was not so.
   * @param before what it was to be before the last fault began or ended: for an end, what hurt then is what to try.
   */
  look(host: FaultHost, node: string, wanted: State, before: State): Promise<Sighting>;
  /** What is wrong with a state that faults come to together: `leaves a jitter of …; write …`. Default: nothing can be. */
  problem?(state: State): string | undefined;
}
