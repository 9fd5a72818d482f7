// What measuring a load comes to: values that are saved, judged and reported.
import type { Objective } from '../scenario/scenario.ts';

export interface ObjectiveResult {
  readonly objective: Objective;
  /** A missing sample is never `held`. */
  readonly status: 'held' | 'missed' | 'no-samples';
  /** In the unit of the objective's bound; null without samples. */
  readonly measured: number | null;
  /** In words, what is missing where the status is `no-samples`. */
  readonly why?: string;
}

/** The resource that ran out, and when. */
export interface Saturation {
  /** `uplink` and `downlink` of a node's link; `host-steal` is the host's CPU that a hypervisor gave to others. */
  readonly resource: 'cpu' | 'memory' | 'uplink' | 'downlink' | 'generator-cpu' | 'host-cpu' | 'host-steal';
  readonly group: string;
  readonly node: string;
  /** Of the node's group; absent for the host, and in what earlier versions saved. */
  readonly role?: string;
  /** First moment of the first stretch in which it was exhausted, milliseconds after the start of the load. */
  readonly fromMs: number;
  /** Length of that stretch. */
  readonly forMs: number;
  /** Worst use during it: 1 = all of its limit; of `host-steal`, the share that was taken. */
  readonly use: number;
  /** Share of scheduler periods in which it was held back, 0 to 1; null where that does not apply. */
  readonly throttled: number | null;
}

export interface PhaseFigures {
  readonly phase: string;
  /** Means over the phase, per second. */
  readonly offeredPerSecond: number | null;
  readonly servedPerSecond: number | null;
  readonly errorShare: number | null;
  /** Milliseconds, from merged histograms. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Nodes per group at the end of the phase. */
  readonly nodes: Readonly<Record<string, number>>;
  /** What ran out first within the phase; null = nothing did. */
  readonly saturated: Saturation | null;
}
