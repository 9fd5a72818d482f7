// What the live view shows: a plain value, made by whoever follows the run, drawn by render-frame.ts.

export interface LiveGroup {
  readonly group: string;
  readonly ready: number;
  readonly starting: number;
  /** Stopped by a fault. */
  readonly down: number;
  readonly leaving: number;
  /** CPU limit of each node in cores; null = no limit. */
  readonly cpus: number | null;
}

/** Figures are null until there are samples. Times in milliseconds, rates per second, shares 0 to 1. */
export interface LiveState {
  readonly run: string;
  readonly scenario: string;
  /** What the run is doing: `launch nodes`, `load`, `collect`. */
  readonly step: string;
  /** null outside the load. */
  readonly phase: string | null;
  readonly phaseEndsInMs: number | null;
  readonly runEndsInMs: number | null;
  /** Since the start of the load; null before it. */
  readonly offsetMs: number | null;
  readonly offered: number | null;
  readonly served: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorShare: number | null;
  /** Requests that users wait for now. */
  readonly inFlight: number | null;
  readonly groups: readonly LiveGroup[];
  /** Lines such as `20.0 s  scale servers 1 → 2`, the newest last. */
  readonly lastActions: readonly string[];
  readonly warnings: readonly string[];
}

/** Past values, the newest last, for the sparklines. null = no sample at that time. */
export interface LiveHistory {
  readonly served: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}
