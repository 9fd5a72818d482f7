// What a kind of fault is: how people write it, whom it may hit, what the host must have for it, what it does to a node and how that
// is taken back, and its words. Each kind is a folder that exports one of these; `faults/registry.ts` names them all.
import type { z } from 'zod';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import type { ProblemPath, Report } from '../../scenario/text/problem.ts';
import type { Target } from '../targets/target.ts';
import type { Aspect } from './aspect.ts';
import type { FaultHost } from './fault-host.ts';
import type { HostNeed } from './host-need.ts';
import type { Sighting } from './sighting.ts';

/** What every fault has, once checked and with defaults filled in. */
export interface FaultCommon {
  /** The key under which people write it. */
  readonly kind: string;
  readonly target: Target;
  /** Taken back so long after it began, in milliseconds; null = until the end of the run, or there is nothing to take back. */
  readonly forMs: number | null;
}

/** Something that is done to a node once. It is not taken back. */
export interface Momentary<Fault> {
  readonly kind: 'momentary';
  /** Whether the node is gone for good afterwards. */
  readonly removesNode: boolean;
  /** Whether all that the node stored is gone with it. */
  readonly destroysStorage?: true;
  /** Whether another one takes its place on another host, under a name of its own. */
  readonly movesNode?: true;
  /** New nodes join in place of those that it took so long after; null = none. */
  replacedAfterMs(fault: Fault): number | null;
  /** Resolves with whether the node was there to be hit: one that has gone meanwhile is no error. */
  strike(host: FaultHost, node: string, fault: Fault): Promise<boolean>;
  /** Looks once whether it has struck, from the moment of the strike on; as `Aspect.look`. */
  look(host: FaultHost, node: string, fault: Fault): Promise<Sighting>;
}

export interface Hit {
  /** The nodes that it hit when it began. */
  readonly nodes: readonly string[];
  /** Whether it is in force for nodes that join one of its groups while it lasts, too. */
  readonly newcomers: boolean;
}

/** Something that is different about a node for as long as the fault is in force. */
export interface Lasting<Fault, State> {
  readonly kind: 'lasting';
  readonly aspect: Aspect<State>;
  /** The state of a node that has this fault on top of what it had. Pure. @param hit all whom the fault hits. */
  put(state: State, fault: Fault, hit: Hit): State;
}

/** What is known of a group's nodes before the run. */
export interface KnownBefore {
  /** Undefined where they change, and only the plan knows. */
  readonly nodesOf: (group: string) => readonly string[] | undefined;
  /** TCP ports on which they listen; undefined where only the image knows. */
  readonly portsOf: (group: string) => readonly number[] | undefined;
}

/**
 * @typeParam Written what the schema makes of what people write.
 * @typeParam State of the aspect that it changes; `null` for a momentary one.
 */
export interface FaultKind<Written, Fault extends FaultCommon, State> {
  /** Of what stands under the kind's key in a timeline entry. */
  readonly schema: z.ZodType<Written>;
  /** One sentence: what it does. */
  readonly about: string;
  /** What it is called while it lasts: `link change`, `pause`. */
  readonly noun: string;
  /** What has happened to the nodes then: `paused`. */
  readonly done: string;
  /** What `look` looks at, for people: `a connection from the agent, and the packets that its rules have met`. */
  readonly seenBy: string;
  readonly effect: Momentary<Fault> | Lasting<Fault, State>;
  /** It works within a node's programs, by a library with which they must have started: nodes that it may hit do so. */
  readonly preloads?: true;
  /** While it lasts, the programs of nodes that it hits don't run at all. */
  readonly keepsStopped?: true;
  /** Reports what does not fit the groups. */
  check(written: Written, path: ProblemPath, groups: WrittenGroups, report: Report): void;
  /** What does not fit the nodes that there are, and the field that says it. */
  misfit?(fault: Fault, known: KnownBefore): { readonly field: string; readonly message: string } | undefined;
  resolve(written: Written, groups: WrittenGroups): Fault;
  /** What the engine's host must have for it; nothing where it needs no more than the engine. */
  needs(fault: Fault): readonly HostNeed[];
  /**
   * Whether it makes the system another one rather than disturb it: a phase in which such a change comes too late is not the phase that was
   * meant, and reports do not count it among the faults.
   */
  shapes(fault: Fault): boolean;
  /** `kill 2 of peers, the newest`. `after` is the state of a node that had nothing else changed since. */
  summarize(fault: Fault, after: State): string;
}
