// What a capacity search found, in figures and in sentences.
import { bootstrapOverTrials, type Estimate, medianOf } from './bootstrap.ts';
import type { EndedAt, Ledger, ProbeRecord, TrialCapacity } from './probe.ts';

export interface SearchResult {
  /**
   * `found`: `capacity` is the answer. `below-range`: not even the lowest rate held. `above-range`: the highest rate still held.
   * `not-measurable`: measurements at a rate were invalid again when they were repeated, so the limit lies beyond what this host can measure.
   * `out-of-probes`: not one trial was finished within `maxProbes`. `out-of-time`: nor in the time that was given.
   */
  readonly status: 'found' | EndedAt;
  /** The median over trials with its interval; null where no trial was finished. With one trial the interval is the range itself. */
  readonly capacity: Estimate | null;
  readonly trials: readonly TrialCapacity[];
  /** Trials for which there was no time, at least; 0 where the search came to its end. */
  readonly trialsLeftOut: number;
  /** Set where the interval is wider than the precision asked for or comes from fewer trials than it needs. */
  readonly notEnoughTrials: NotEnoughTrials | null;
  /**
   * Share of the measuring probes that contradict the capacity by more than the precision and more than 5 %. Above a fifth, single probes
   * hardly tell what holds, and the interval may be too narrow.
   */
  readonly contradictions: number;
  /** The highest rate at which a probe held; null = none did. */
  readonly highestHeld: number | null;
  readonly probes: readonly ProbeRecord[];
  /** All load applied, settling included. */
  readonly loadMs: number;
  /** What came out, in words, the weightiest first. */
  readonly sentences: readonly string[];
}

export interface NotEnoughTrials {
  /** How many were made. */
  readonly trials: number;
  /** How many would probably do. An estimate: the spread is known from few trials. */
  readonly wouldNeed: number;
  /** Half the interval's width as a share of the capacity; null with fewer than two trials. */
  readonly precision: number | null;
}

const mostContradictions = 0.2;
const contradicted =
  'Probes contradict each other over a wide range of rates: the figure of the objective hardly changes with the load there, and the interval may be too narrow.';

/** Whether there are trials enough and their interval is narrow enough. */
export function precisionReached(ledger: Ledger): boolean {
  if (ledger.trials.length < ledger.options.minTrials) return false;
  const estimate = estimateOf(ledger);
  return estimate !== null && relativeHalfWidth(estimate) <= ledger.options.precision;
}

export function describeEnd(ledger: Ledger, ended: 'found' | EndedAt): SearchResult {
  const { trials, probes } = ledger;
  // Trials that were finished before probes or time ran out still tell the capacity.
  const ranOut = ended === 'out-of-probes' || ended === 'out-of-time';
  const status = ended === 'found' || (ranOut && trials.length > 0) ? sideOf(trials) : ended;
  const capacity = status === 'found' ? estimateOf(ledger) : null;
  const heldRates = probes.filter(({ outcome }) => outcome === 'held').map(({ rate }) => rate);
  const notEnoughTrials = status === 'found' ? shortage(ledger, capacity) : null;
  const result = {
    status,
    capacity,
    trials,
    trialsLeftOut: ended === 'out-of-time' ? Math.max(1, ledger.options.minTrials - trials.length) : 0,
    notEnoughTrials,
    contradictions: capacity === null ? 0 : contradictionsOf(ledger, capacity.value),
    highestHeld: heldRates.length === 0 ? null : Math.max(...heldRates),
    probes,
    loadMs: probes.reduce((sum, { loadMs }) => sum + loadMs, 0),
  };
  return { ...result, sentences: sentencesOf(result, ledger) };
}

/** Where half of the trials or more found the limit outside the range, so does the median. */
function sideOf(trials: readonly TrialCapacity[]): 'found' | 'below-range' | 'above-range' {
  const beyond = (side: 'below' | 'above') => trials.filter(({ beyondRange }) => beyondRange === side).length;
  if (beyond('below') * 2 >= trials.length) return 'below-range';
  return beyond('above') * 2 >= trials.length ? 'above-range' : 'found';
}

function estimateOf({ trials, options }: Ledger): Estimate | null {
  const { seed, confidence, resamples } = options;
  const capacities = trials.map(({ capacity }) => capacity);
  const [only] = trials;
  if (only !== undefined && trials.length === 1) {
    return { value: only.capacity, lower: options.minRate, upper: options.maxRate, confidence };
  }
  return bootstrapOverTrials(capacities, medianOf, { seed, confidence, resamples });
}

function relativeHalfWidth({ value, lower, upper }: Estimate): number {
  return (upper - lower) / 2 / value;
}

function contradictionsOf({ probes, options }: Ledger, capacity: number): number {
  const apart = 1 + Math.max(options.precision, 0.05);
  const measuring = probes.filter(
    ({ purpose, outcome }) => purpose === 'measure' && (outcome === 'held' || outcome === 'missed'),
  );
  const against = measuring.filter(({ rate, outcome }) =>
    outcome === 'held' ? rate > capacity * apart : rate < capacity / apart,
  );
  return against.length / Math.max(1, measuring.length);
}

/** The width of an interval shrinks with the square root of the number of trials. */
function shortage(ledger: Ledger, estimate: Estimate | null): NotEnoughTrials | null {
  const { minTrials, precision } = ledger.options;
  const trials = ledger.trials.length;
  const reached = estimate === null || trials < 2 ? null : relativeHalfWidth(estimate);
  if (reached !== null && reached <= precision && trials >= minTrials) return null;
  const byWidth = reached === null ? minTrials : Math.ceil(trials * (reached / precision) ** 2);
  return { trials, wouldNeed: Math.max(minTrials, trials + 1, byWidth), precision: reached };
}

function sentencesOf(found: Omit<SearchResult, 'sentences'>, { options }: Ledger): readonly string[] {
  const { status, capacity, notEnoughTrials } = found;
  const rate = (value: number) => `${written(value)}${options.unit}`;
  const held =
    found.highestHeld === null
      ? 'No rate held.'
      : `The highest rate that held was ${rate(found.highestHeld)}.`;
  switch (status) {
    case 'below-range':
      return [
        `Not even the lowest rate, ${rate(options.minRate)}, could be sustained with every objective met.`,
      ];
    case 'above-range':
      return [
        `The highest rate, ${rate(options.maxRate)}, was still sustained with every objective met: the capacity is higher.`,
      ];
    case 'not-measurable':
      return [
        `Measurements were invalid again and again at ${rate(found.probes.at(-1)?.rate ?? 0)}: the capacity is beyond what could be measured.`,
        held,
      ];
    case 'out-of-probes':
      return [`No trial was finished within ${options.maxProbes} probes.`, held];
    case 'out-of-time':
      return ['No trial was finished in the time that was given.', held];
    case 'found':
      return [
        ...(capacity === null ? [] : [capacitySentence(capacity, found.trials.length, options.unit)]),
        ...shortageSentences(notEnoughTrials, options.precision),
        ...(found.contradictions > mostContradictions ? [contradicted] : []),
      ];
  }
}

function capacitySentence(
  { value, lower, upper, confidence }: Estimate,
  trials: number,
  unit: string,
): string {
  if (trials === 1)
    return `Sustainable: about ${written(value)}${unit}, from a single trial: without an interval.`;
  return `Sustainable: ${written(value)}${unit}, ${Math.round(confidence * 100)} % interval ${written(lower)} to ${written(upper)}, from ${trials} trials.`;
}

function shortageSentences(shortage: NotEnoughTrials | null, wanted: number): readonly string[] {
  if (shortage === null) return [];
  const { trials, wouldNeed, precision } = shortage;
  const reached = precision === null ? 'no interval' : `±${(precision * 100).toFixed(1)} %`;
  return [
    `Not enough trials: ${trials === 1 ? 'one gives' : `${trials} give`} ${reached} instead of ±${(wanted * 100).toFixed(1)} %; about ${wouldNeed} would be enough.`,
  ];
}

/** Three significant digits, or all of a whole number. */
function written(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
