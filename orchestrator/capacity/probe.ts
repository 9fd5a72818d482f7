// Probes of a capacity search: how one is asked for, what comes of it, and what is kept of all of them.

export interface SearchOptions {
  /** The lowest and the highest rate of interest, per second (virtual users in a closed model). */
  readonly minRate: number;
  readonly maxRate: number;
  /** Where the ramp begins; default `minRate`. A good guess saves probes and does no harm otherwise. */
  readonly startRate?: number;
  readonly seed: number;
  /** Time under load before each measurement. */
  readonly settleMs: number;
  /** Length of a measurement. While the ramp looks for a first bracket, half of it. */
  readonly measureMs: number;
  /** Half the width of the interval as a share of the capacity. Default 0.05. */
  readonly precision?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Default 6: the interval of a median needs as many for 95 % (2 · ½⁶ = 3 % lie outside all six). */
  readonly minTrials?: number;
  /** Default 12. */
  readonly maxTrials?: number;
  /** Default 120. */
  readonly maxProbes?: number;
  /** Rates are multiples of this. Default 0: any. 1 for virtual users. */
  readonly resolution?: number;
  /** For sentences. Default ` per second`; ` users` in a closed model. */
  readonly unit?: string;
  /** How often trials are drawn anew for the interval. Default 2,000. */
  readonly resamples?: number;
}

/** One stretch of load at one rate. Probes of one trial may share running nodes; every trial needs freshly started ones. */
export interface Probe {
  readonly kind: 'probe';
  /** Counts from 1 over the whole search. */
  readonly number: number;
  /** Counts from 1. */
  readonly trial: number;
  readonly rate: number;
  readonly settleMs: number;
  readonly measureMs: number;
  /** `bracket`: looks for the neighbourhood; `measure`: gives the trial's capacity. */
  readonly purpose: 'bracket' | 'measure';
  /** Where it is too short to tell, whether it will be asked again for longer. If not, the likelier outcome is wanted. */
  readonly canProlong: boolean;
}

export interface ProbeResult {
  /**
   * `held`: every objective, and the rate could go on for ever. `invalid`: the measurement can't be believed (a generator saturated, load
   * not delivered, no samples). `unclear`: it was too short to tell whether the rate could go on; only where it can be prolonged.
   */
  readonly outcome: 'held' | 'missed' | 'invalid' | 'unclear';
  /** It is invalid for what goes by itself and has nothing to do with the rate: others took the host's CPU. Default: it isn't. */
  readonly disturbed?: true;
  /** How long load was applied, settling included; shorter than planned after an early stop. */
  readonly loadMs: number;
  /** Requests answered per second. Where a probe was missed it hints at the next rate; no result depends on it. */
  readonly servedPerSecond?: number | null;
  /** In words, for people: which objective was missed, by what. */
  readonly note?: string;
}

export interface ProbeRecord extends Probe, ProbeResult {
  readonly kind: 'probe';
}

/** The capacity that one independent trial found. */
export interface TrialCapacity {
  readonly trial: number;
  /** The geometric middle of `held` and `missed`. */
  readonly capacity: number;
  /** Rates of the neighbouring probes that held and missed; null on the side where the range ended first. */
  readonly held: number | null;
  readonly missed: number | null;
  /** The trial's limit lies outside the range, on this side; `capacity` is then that end of the range. */
  readonly beyondRange: 'below' | 'above' | null;
}

export type Settled = Required<SearchOptions>;

/** Steps of a search: they yield probes, receive their results, and return what they found. */
export type Steps<Found> = Generator<Probe, Found, ProbeResult>;

/** What is known so far. */
export interface Ledger {
  readonly options: Settled;
  readonly probes: ProbeRecord[];
  readonly trials: TrialCapacity[];
}

/** Why a search ends without the capacity it set out to find. */
export type EndedAt = 'below-range' | 'above-range' | 'not-measurable' | 'out-of-probes' | 'out-of-time';
