// Capacity search: which rates to probe, and what the outcomes say. Capacity is the highest offered rate that can go on for ever with every
// objective held (Theodolite: Henning & Hasselbring 2022, A configurable method for benchmarking scalability of cloud-native applications).
// Pure: a driver runs the probes. Why it searches as it does: docs/decisions/0010-capacity-search.md.
import type { Ledger, Probe, ProbeResult, SearchOptions, Settled, Steps, TrialCapacity } from './probe.ts';
import { createRandom } from './random.ts';
import { describeEnd, precisionReached, type SearchResult } from './search-result.ts';
import { climb, narrow, walkGrid } from './search-steps.ts';

export interface Done {
  readonly kind: 'done';
  readonly result: SearchResult;
}

export interface CapacitySearch {
  /** The probe to run, the same one until its result is recorded, or the end. */
  readonly next: () => Probe | Done;
  /** Throws where no probe is waiting: that is a bug of the driver. */
  readonly record: (result: ProbeResult) => void;
  /** What the probes so far tell, where there is no time for the rest. */
  readonly soFar: () => SearchResult;
}

/**
 * The search as a state machine: `next()` tells the probe to run, `record()` takes what came of it, until `next()` says done.
 * With the same options and results it asks for the same probes, so a search is resumed by recording the saved results again.
 */
export function createSearch(options: SearchOptions): CapacitySearch {
  const ledger: Ledger = { options: withDefaults(options), probes: [], trials: [] };
  const steps = search(ledger);
  let current = steps.next();
  return {
    next: () => (current.done === true ? { kind: 'done', result: current.value } : current.value),
    record: (result) => {
      if (current.done === true)
        throw new Error('The search has ended: there is no probe to record a result for.');
      current = steps.next(result);
    },
    soFar: () => (current.done === true ? current.value : describeEnd(ledger, 'out-of-time')),
  };
}

function* search(ledger: Ledger): Steps<SearchResult> {
  const { options } = ledger;
  const random = createRandom(options.seed);
  const bracket = yield* climb(ledger);
  if (typeof bracket === 'string') return describeEnd(ledger, bracket);
  const narrowed = yield* narrow(ledger, bracket);
  if (typeof narrowed === 'string') return describeEnd(ledger, narrowed);
  let centre = narrowed;
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
