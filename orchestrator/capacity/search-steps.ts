// The steps of a capacity search: climb to a bracket, narrow it, then one walk on a grid for every trial.
import { sampleStandardDeviation } from 'simple-statistics';
import type { EndedAt, Ledger, Probe, ProbeRecord, Steps, TrialCapacity } from './probe.ts';
import type { Random } from './random.ts';

interface Bracket {
  readonly held: number;
  readonly missed: number;
}

/** The ramp's factor: four needs half the probes of two, and the served rate of the first missed probe makes up for its coarseness. */
const rampFactor = 4;
/** The bracket is narrow enough when its ends are this factor apart: each trial then finds its own place with few probes. */
const narrowFactor = 1.2;
/** An end of the range counts as reached when as many probes in a row say so. */
const confirmations = 2;
/** A cell of the grid as a share of the rate: 0.8 of the precision, and not below what a single probe can tell apart. */
const cellPerPrecision = 0.8;
const leastCell = 0.02;
const leastForSpread = 3;
/** A measurement that was too short is repeated for so many times as long. */
const PROLONGED = 4;
/** A measurement that others disturbed is repeated so many times: that they did says nothing of the rate. */
const mostDisturbed = 4;
/** One trial that went wrong should not send the next ones astray. */
const mostSpread = 0.3;

/** One probe. An invalid one is repeated once, or a few times where others disturbed it; one that was too short to tell is repeated for longer, once. */
function* probe(
  ledger: Ledger,
  wanted: { readonly rate: number; readonly trial: number; readonly purpose: Probe['purpose'] },
): Steps<ProbeRecord | 'not-measurable' | 'out-of-probes'> {
  const { options, probes } = ledger;
  let canProlong = wanted.purpose === 'measure';
  let measureMs = canProlong ? options.measureMs : options.measureMs / 2;
  let invalid = 0;
  let disturbed = 0;
  while (probes.length < options.maxProbes) {
    const asked: Probe = {
      kind: 'probe',
      number: probes.length + 1,
      trial: wanted.trial,
      rate: feasible(wanted.rate, ledger),
      settleMs: options.settleMs,
      measureMs,
      purpose: wanted.purpose,
      canProlong,
    };
    const record: ProbeRecord = { ...asked, ...(yield asked) };
    probes.push(record);
    if (record.outcome === 'unclear' && canProlong) {
      measureMs *= PROLONGED;
      canProlong = false;
    } else if (record.outcome !== 'invalid') {
      return record;
    } else if (record.disturbed === true ? ++disturbed > mostDisturbed : ++invalid > 1) {
      return 'not-measurable';
    }
  }
  return 'out-of-probes';
}

/** Within the range and a multiple of the resolution. */
function feasible(rate: number, { options: { minRate, maxRate, resolution } }: Ledger): number {
  // Twelve digits: 7.14 and not 7.140000000000001, which people would read.
  const rounded =
    resolution > 0 ? Number((Math.round(rate / resolution) * resolution).toPrecision(12)) : rate;
  return Math.min(maxRate, Math.max(minRate, rounded));
}

/** Geometric ramp, up or down from the start, until one rate held and one above it missed. */
export function* climb(ledger: Ledger, start: Start = {}): Steps<Bracket | EndedAt> {
  const { minRate, maxRate, startRate } = ledger.options;
  const misses: number[] = [];
  let { held = null, rate = startRate }: Start = start;
  let atEnd = 0;
  for (;;) {
    const seen = yield* probe(ledger, { rate, trial: 1, purpose: 'bracket' });
    if (typeof seen === 'string') return seen;
    if (seen.outcome === 'held') held = seen.rate;
    else misses.push(seen.rate);
    // A rate that holds after it has missed missed by chance: it bounds nothing, and only a higher one can tell.
    const missed = seen.outcome === 'held' ? misses.findLast((each) => each > seen.rate) : seen.rate;
    if (held !== null && missed !== undefined) return { held, missed };
    const isEnd = held === null ? seen.rate <= minRate : seen.rate >= maxRate;
    atEnd = isEnd ? atEnd + 1 : 0;
    if (atEnd >= confirmations) return held === null ? 'below-range' : 'above-range';
    rate = held === null ? seen.rate / rampFactor : seen.rate * rampFactor;
  }
}

/** Where a ramp begins, and the rate below it that held. */
interface Start {
  readonly rate?: number;
  readonly held?: number | null;
}

/**
 * Halves a bracket (on a logarithmic scale) until it is narrow; returns its middle. Where every rate in it holds, the miss above may have been by
 * chance, and the first trial would walk from there to a limit far above: it is tried again, and where it holds the ramp goes on.
 */
export function* narrow(ledger: Ledger, { held: low, missed: high }: Bracket): Steps<number | EndedAt> {
  let held = low;
  let missed = high;
  while (missed / held > narrowFactor) {
    const rate = guessWithin(held, missed, ledger);
    const seen = yield* probe(ledger, { rate, trial: 1, purpose: 'bracket' });
    if (typeof seen === 'string' || seen.rate <= held || seen.rate >= missed) break;
    if (seen.outcome === 'held') held = seen.rate;
    else missed = seen.rate;
  }
  if (missed < high || held === low) return Math.sqrt(held * missed);
  const again = yield* probe(ledger, { rate: missed, trial: 1, purpose: 'bracket' });
  if (typeof again === 'string' || again.outcome !== 'held') return Math.sqrt(held * missed);
  const higher = yield* climb(ledger, { rate: again.rate * rampFactor, held: again.rate });
  return typeof higher === 'string' ? higher : yield* narrow(ledger, higher);
}

/** What an overloaded system still served is near its limit: probes a little below and above it are tried where they lie well inside. */
function guessWithin(held: number, missed: number, { probes }: Ledger): number {
  const served = probes.findLast(
    (each) => each.outcome === 'missed' && typeof each.servedPerSecond === 'number',
  );
  const limit = served?.servedPerSecond ?? Number.NaN;
  const beside = Math.sqrt(narrowFactor) * 0.999;
  const edge = (missed / held) ** 0.1;
  const inside = [limit / beside, limit * beside].find((rate) => rate > held * edge && rate < missed / edge);
  return inside ?? Math.sqrt(held * missed);
}

/**
 * The capacity in one trial: where, on a grid of rates, a probe that held and one that missed are neighbours. The grid is laid at
 * random in every trial, so that the middle of the cell is off by a random amount, equally to both sides, and the trials'
 * spread shows it; a grid that stayed would hide an error of up to half a cell from the interval. Where earlier trials disagree, cells
 * are wider and starts further apart: near a limit that one probe can hardly tell, a walk ends close to where it began.
 */
export function* walkGrid(
  ledger: Ledger,
  { trial, centre, random }: { readonly trial: number; readonly centre: number; readonly random: Random },
): Steps<TrialCapacity | EndedAt> {
  const { precision, resolution } = ledger.options;
  const spread = spreadOf(ledger.trials);
  const cell = Math.log1p(Math.max(leastCell, cellPerPrecision * precision, resolution / centre, spread));
  const shift = random.uniform() - 0.5 + (random.normal() * spread) / cell;
  const rateAt = (step: number) => feasible(centre * Math.exp((step + shift) * cell), ledger);
  let held = Number.NEGATIVE_INFINITY;
  let missed = Number.POSITIVE_INFINITY;
  let step = 0;
  let stride = 1;
  while (missed - held > 1 && rateAt(held) !== rateAt(missed)) {
    const seen = yield* probe(ledger, { rate: rateAt(step), trial, purpose: 'measure' });
    if (typeof seen === 'string') return seen;
    if (seen.outcome === 'held') held = step;
    else missed = step;
    if (missed === step && seen.rate <= ledger.options.minRate) return beyond(trial, 'below', seen.rate);
    if (held === step && seen.rate >= ledger.options.maxRate) return beyond(trial, 'above', seen.rate);
    // Strides double until both sides are known, then the stretch between them is halved.
    if (missed === Number.POSITIVE_INFINITY) step += stride;
    else if (held === Number.NEGATIVE_INFINITY) step -= stride;
    else step = Math.floor((held + missed) / 2);
    stride *= 2;
  }
  const ends = { held: rateAt(held), missed: rateAt(missed) };
  return { trial, capacity: Math.sqrt(ends.held * ends.missed), ...ends, beyondRange: null };
}

/** Standard deviation of the trials' capacities on a logarithmic scale; 0 while there are too few to tell. */
function spreadOf(trials: readonly TrialCapacity[]): number {
  if (trials.length < leastForSpread) return 0;
  return Math.min(mostSpread, sampleStandardDeviation(trials.map(({ capacity }) => Math.log(capacity))));
}

/** A trial whose limit lies outside the range: for the median it is enough to know on which side. */
function beyond(trial: number, beyondRange: 'below' | 'above', rate: number): TrialCapacity {
  return {
    trial,
    capacity: rate,
    held: null,
    missed: null,
    beyondRange,
    [beyondRange === 'below' ? 'missed' : 'held']: rate,
  };
}
