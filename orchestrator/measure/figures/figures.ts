// What measuring a load comes to: values that are saved, judged and reported.
import type { Objective } from '../../scenario/objectives/objective.ts';

export interface ObjectiveResult {
  readonly objective: Objective;
  /** A missing sample is never `held`. */
  readonly status: 'held' | 'missed' | 'no-samples';
  /**
   * In the unit of the objective's bound; null without samples, and where users were never served as before after a fault, or somebody was
   * never refused everywhere.
   */
  readonly measured: number | null;
  /** True where the percentile lies beyond the last answer: `measured` is the longest wait seen, and it is no less than that. */
  readonly atLeast?: boolean;
  /** Of a latency: it is the wait for a connection, which took longer than the answers. */
  readonly connecting?: true;
  /** Of the objectives `recovered` and `refused`: the fault, or the revocation, after which it took longest, by its id. */
  readonly fault?: { readonly id: string; readonly what: string };
  /** In words, what is missing where the status is `no-samples`. */
  readonly why?: string;
  /** Of a counter that nothing has raised: it counted nothing, or its name or a tag is misspelt. */
  readonly unsampled?: boolean;
  /** The run was ended before the objective's window began. */
  readonly unreached?: boolean;
  /** Requests were made, and not one was answered: there is no sample because nobody was served. */
  readonly unanswered?: boolean;
}

/** The resource that ran out, and when. */
export interface Saturation {
  /** `uplink` and `downlink` of a node's link; `host-steal` is a host's CPU that a hypervisor gave to others. */
  readonly resource: 'cpu' | 'memory' | 'uplink' | 'downlink' | 'generator-cpu' | 'host-cpu' | 'host-steal';
  readonly group: string;
  readonly node: string;
  /** Of the node's group; absent for the host, and in what earlier versions saved. */
  readonly role?: string;
  /** Which host ran out, where there were several. */
  readonly host?: string;
  /** First moment of the first stretch in which it was exhausted, milliseconds after the start of the load. */
  readonly fromMs: number;
  /** Length of that stretch. */
  readonly forMs: number;
  /** Worst use during it: 1 = all of its limit; of `host-steal`, the share that was taken. */
  readonly use: number;
  /** Share of scheduler periods in which it was held back, 0 to 1; null where that does not apply. */
  readonly throttled: number | null;
}

/** Whoever waits for so long has turned to something else (Nielsen 1993, Usability engineering, section 5.5). */
export const LONG_WAIT_MS = 10_000;

/** HTTP requests that were started in a stretch. */
export interface RequestCounts {
  readonly started: number;
  /** Answered otherwise than the script expected, not answered, or cut off. */
  readonly failed: number;
  /** Of the failed ones: without any answer, those cut off included. */
  readonly unanswered: number;
  /** Of these: in flight when k6 gave them up, after a wait that nobody knows. */
  readonly cutOff: number;
  /** Of the failed ones that were answered: how many got which status, `503` or `gRPC 5`. Absent where there are none. */
  readonly statuses?: Readonly<Record<string, number>>;
  /** Of those that were served: how many got which status from 400 on, which the script expects. Absent where there are none, and from runs of earlier versions. */
  readonly accepted?: Readonly<Record<string, number>>;
}

/** Iterations of the script that were started in a stretch. */
export interface IterationCounts {
  /** What the plan asked for; where it does not say (closed and script models), those started and those dropped. */
  readonly offered: number;
  readonly started: number;
  /** Ended without an exception and without a failed request. */
  readonly done: number;
  /** Ended by an exception that the script did not catch. */
  readonly exceptions: number;
  /** A connection of theirs was not made, or broke (WebSockets). Absent from runs of earlier versions. */
  readonly disconnected?: number;
  /** Under way when k6 gave them up. */
  readonly cutOff: number;
  /** Between two requests when the load ended: neither served nor failed. */
  readonly unfinished: number;
}

/** Those that failed whatever became of their requests. */
export function failedIterations({ exceptions, disconnected = 0, cutOff }: IterationCounts): number {
  return exceptions + disconnected + cutOff;
}

/** What came of one of the script's checks. */
export interface CheckCounts {
  readonly check: string;
  readonly passes: number;
  readonly fails: number;
}

export type PercentileName = 'p50' | 'p95' | 'p99';

/** Figures of a stretch, over the requests and iterations that were started in it. */
export interface Figures {
  /** Means over the stretch, per second. */
  readonly offeredPerSecond: number | null;
  readonly servedPerSecond: number | null;
  /**
   * The largest of three shares: failed requests of those started, failed iterations of those started, and in closed loads the users' time that
   * passed without an answer in the end.
   */
  readonly errorShare: number | null;
  /**
   * Milliseconds, from merged histograms of the answers, or of the waits for a connection where these are longer; requests without an answer count as longer
   * than they had waited.
   */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  // What follows is absent from runs of earlier versions.
  /** Percentiles that lie beyond the last answer: their figure is the longest wait seen, and they are no less. */
  readonly atLeast?: readonly PercentileName[];
  /** Iterations done of those offered, without those unfinished; null if unknown. */
  readonly servedShare?: number | null;
  /** Of the time of a closed load's users, the share spent on requests that were never answered; null of other loads. */
  readonly hungShare?: number | null;
  /** Likewise, the share spent waiting for answers that began only after `LONG_WAIT_MS`. */
  readonly waitedShare?: number | null;
  readonly requests?: RequestCounts;
  /** Null where the generators did not tell. */
  readonly iterations?: IterationCounts | null;
  readonly checks?: readonly CheckCounts[];
}

export interface LoadFigures extends Figures {
  readonly load: string;
}

export interface PhaseFigures extends Figures {
  readonly phase: string;
  /** Nodes per group at the end of the phase. */
  readonly nodes: Readonly<Record<string, number>>;
  /** What ran out first within the phase; null = nothing did. */
  readonly saturated: Saturation | null;
  /** Changes of the system, begun in the phase, that ended after it: the figures are not yet those of what was to come. Default none. */
  readonly late?: readonly LateChange[];
}

export interface LateChange {
  /** Id of the plan's action. */
  readonly action: string;
  /** `scale servers 2 → 4`. */
  readonly summary: string;
  /** Milliseconds after the start of the load; null where it had not ended when the load did. */
  readonly finishedMs: number | null;
}

export interface SlowOperations {
  /** Answered as expected, but slower. */
  readonly count: number;
  readonly thanMs: number;
  /**
   * Where `thanMs` comes from: `objective`, the bound of the latency objective for that moment, of its highest percentile; `p99-before`, what
   * one operation in a hundred took longer than in the 10 s before the fault, so that one in a hundred is slow without it too.
   */
  readonly bound: 'objective' | 'p99-before';
}

export interface TouchedUsers {
  /** At least one of their operations failed, or was never answered. */
  readonly touched: number;
  readonly all: number;
  /**
   * Who is a user: each `virtual-user` of closed loads, of loads of a script's own and of those that serve each node; of open loads, where each iteration is
   * another user's visit, the `iteration`.
   */
  readonly each: 'virtual-user' | 'iteration';
}

/** null = not known. */
export interface FaultCost {
  /** Of the fault, as on the timeline. */
  readonly id: string;
  readonly slow: SlowOperations | null;
  readonly users: TouchedUsers | null;
}
