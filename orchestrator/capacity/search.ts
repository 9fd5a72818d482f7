// Capacity search: which rates to probe, and what the outcomes say. Capacity is the highest offered rate that can go on for ever with every
// objective held (Theodolite: Henning & Hasselbring 2022, A configurable method for benchmarking scalability of cloud-native applications).
// Pure: a driver runs the probes. Why it searches as it does: docs/decisions/0010-capacity-search.md.
import { createRandom } from './random.ts';
import { describeEnd, precisionReached, type SearchResult } from './search-result.ts';
import { climb, narrow, walkGrid } from './search-steps.ts';

export interface SearchOptions {
  /** The lowest and the highest rate of interest, per second (virtual users in a closed model). */
  readonly minRate: number;
  readonly maxRate: number;
  /** Where the ramp begins; default `minRate`. A good guess saves probes and does no harm otherwise. */
  readonly startRate?: number;
  readonly seed: number;
  /** Load before each measurement that does not count. */
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

export interface Done {
  readonly kind: 'done';
  readonly result: SearchResult;
}

export interface ProbeResult {
  /**
   * `held`: every objective, and the rate could go on for ever. `invalid`: the measurement can't be believed (a generator saturated, load
   * not delivered, no samples). `unclear`: it was too short to tell whether the rate could go on; only where it can be prolonged.
   */
  readonly outcome: 'held' | 'missed' | 'invalid' | 'unclear';
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

export interface CapacitySearch {
  /** The probe to run, the same one until its result is recorded, or the end. */
  readonly next: () => Probe | Done;
  /** Throws where no probe is waiting: that is a bug of the driver. */
  readonly record: (result: ProbeResult) => void;
}

/**
 * The search as a state machine: `next()` tells the probe to run, `record()` takes what came of it, until `next()` says done.
 * With the same options and results it asks for the same probes, so a search is resumed by recording the saved results again.
 */
export function createSearch(options: SearchOptions): CapacitySearch {
  const steps = search(withDefaults(options));
  let current = steps.next();
  return {
    next: () => (current.done === true ? { kind: 'done', result: current.value } : current.value),
    record: (result) => {
      if (current.done === true)
        throw new Error('The search has ended: there is no probe to record a result for.');
      current = steps.next(result);
    },
  };
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

function* search(options: Settled): Steps<SearchResult> {
  const ledger: Ledger = { options, probes: [], trials: [] };
  const random = createRandom(options.seed);
  const bracket = yield* climb(ledger);
  if (typeof bracket === 'string') return describeEnd(ledger, bracket);
  let centre = yield* narrow(ledger, bracket);
  while (ledger.trials.length < options.maxTrials && !precisionReached(ledger)) {
    const trial = ledger.trials.length + 1;
    const found = yield* walkGrid(ledger, { trial, centre, random });
    if (typeof found === 'string') return describeEnd(ledger, found);
    ledger.trials.push(found);
    centre = middleOf(ledger.trials);
  }
  return describeEnd(ledger, 'found');
}

function middleOf(trials: readonly TrialCapacity[]): number {
  const sorted = trials.map(({ capacity }) => capacity).sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] as number;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] as number;
  return Math.sqrt(low * high);
}

function withDefaults(options: SearchOptions): Settled {
  const { minRate, maxRate } = options;
  if (!(minRate > 0 && maxRate > minRate)) {
    throw new RangeError(`A capacity search needs 0 < minRate < maxRate, not ${minRate} and ${maxRate}.`);
  }
  return {
    precision: 0.05,
    confidence: 0.95,
    minTrials: 6,
    maxTrials: 12,
    maxProbes: 120,
    resolution: 0,
    unit: ' per second',
    resamples: 2000,
    startRate: minRate,
    ...options,
  };
}
