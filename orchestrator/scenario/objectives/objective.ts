// What must hold, once checked, with defaults filled in.

export type Measure =
  /** `percentile` (0 < p < 100) of the time an HTTP request took, in milliseconds. */
  | { readonly kind: 'latency'; readonly percentile: number }
  /** The larger of two shares, 0 to 1: failed requests of all, failed iterations (an exception, a connection that was not made or broke, or cut off) of all. */
  | { readonly kind: 'errors' }
  /** Iterations started as a share of iterations the load model asked for, 0 to 1. */
  | { readonly kind: 'delivered' }
  /** Requests answered successfully per second, averaged over the window. */
  | { readonly kind: 'served' }
  /** Checks of the script that passed, as a share of those made, 0 to 1. `check`: the one of this name; null = all together. */
  | { readonly kind: 'checks'; readonly check: string | null }
  /** From the beginning of a fault until users were served as before, in milliseconds: the longest of all faults in the window. */
  | { readonly kind: 'recovered' }
  /** Acknowledged records of the run's own that can't be read back. */
  | { readonly kind: 'recordsLost' }
  /** How far back the worst destruction has set the service, in milliseconds. */
  | { readonly kind: 'rpo' }
  /** From the command of an update until all nodes of its group had served with it, in milliseconds: the longest of those in the window. */
  | { readonly kind: 'updated' }
  /** From the command of a switch until the network had served the new way alone and steadily, in milliseconds: the longest of those in the window. */
  | { readonly kind: 'switched' }
  /** From the acknowledgement of a revocation until it was in force at every node, in milliseconds: the longest of all in the window. */
  | { readonly kind: 'refused' }
  /** Requests served to those who had lost the right, or never had it, later than `afterMs` after that. */
  | { readonly kind: 'unauthorised'; readonly afterMs: number }
  /** Any metric of k6: its own, or the script's. In k6's unit: milliseconds, shares from 0 to 1, counts. */
  | { readonly kind: 'metric'; readonly metric: string; readonly aggregate: Aggregate }
  /** Any PromQL that yields one number at the end of the window; see docs for the placeholders. */
  | { readonly kind: 'promql'; readonly expr: string };

/** What is asked of a metric's samples, in k6's words. */
export type Aggregate =
  | 'count'
  /** Of a counter per second; of a rate the share, 0 to 1. */
  | 'rate'
  /** The last one of a gauge. */
  | 'value'
  | 'avg'
  | 'min'
  | 'max'
  | { readonly percentile: number };

export type Comparison = 'below' | 'atMost' | 'atLeast' | 'above';

export interface Objective {
  /** For people: given in the scenario, or made from the measure: `p95 latency of users in peak`. */
  readonly name: string;
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** In milliseconds (latency, recovered, rpo, updated, switched, refused), a number (recordsLost, unauthorised), share 0 to 1 (errors, delivered, checks), per second (served), the metric's or the query's own unit. */
  readonly bound: number;
  /** The phase it is measured over; null = the whole run. */
  readonly phase: string | null;
  /** The load it is measured on; null = all loads together. */
  readonly load: string | null;
  /** Only requests, checks or samples with all these tags. Absent = all of them. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Ends the run once it is missed, judged by what has come so far. Absent = the run goes on. */
  readonly abort?: { readonly afterMs: number };
}

/** Whether an objective is about all requests of its load, as the figures of reports and panels are. */
export function isUntagged({ tags }: Pick<Objective, 'tags'>): boolean {
  return tags === undefined;
}

/** NaN holds nothing. */
export function holds(measured: number, comparison: Comparison, bound: number): boolean {
  if (comparison === 'below') return measured < bound;
  if (comparison === 'atMost') return measured <= bound;
  if (comparison === 'atLeast') return measured >= bound;
  return measured > bound;
}
