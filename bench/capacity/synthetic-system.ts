// Systems with a known capacity, for proving the capacity search by simulation: a queue that slows down as it fills, differences
// between trials, noisy measurements, and now and then a trial that goes wrong.
import type { Probe, ProbeResult } from '../../orchestrator/capacity/probe.ts';
import type { Random } from '../../orchestrator/capacity/random.ts';

export interface SyntheticSystem {
  readonly kind: 'open' | 'closed' | 'errors';
  /** The rate (closed: number of users) at which the noiseless system just meets its objective. */
  readonly capacity: number;
  /** Runs a probe; every trial has a luck of its own, drawn when it is first seen. */
  readonly run: (probe: Probe) => ProbeResult;
}

interface Character {
  readonly kind: SyntheticSystem['kind'];
  /** What one server can serve at most, per second. */
  readonly limit: number;
  /** The percentile's wait in units of the mean wait: ln(100) = 4.6 for a p99 with an exponential tail. */
  readonly tail: number;
  /** Largest latency allowed, in service times. */
  readonly bound: number;
  /** Time that users think between requests, in service times (closed). */
  readonly thinking: number;
  /** Standard deviations of logarithms: the limit between trials, one measured latency. */
  readonly betweenTrials: number;
  readonly within: number;
  /** Share of trials in which something else took 5 to 40 % of the machine. */
  readonly outliers: number;
}

export function createSystem(random: Random): SyntheticSystem {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const kinds = ['open', 'open', 'closed', 'errors'] as const;
  const character: Character = {
    kind: kinds[random.below(kinds.length)] ?? 'open',
    limit: 20 * 250 ** random.uniform(),
    tail: between(1, 5),
    bound: between(4, 40),
    thinking: between(50, 500),
    betweenTrials: between(0.003, 0.04),
    within: between(0.01, 0.1),
    outliers: between(0, 0.06),
  };
  const lucks = new Map<number, number>();
  const luckOf = (trial: number) => {
    const known = lucks.get(trial);
    if (known !== undefined) return known;
    const wrong = random.uniform() < character.outliers ? between(0.6, 0.95) : 1;
    const luck = wrong * Math.exp(character.betweenTrials * random.normal());
    lucks.set(trial, luck);
    return luck;
  };
  return {
    kind: character.kind,
    capacity: trueCapacity(character),
    run: (probe) => observe(character, probe, luckOf(probe.trial), random),
  };
}

function observe(character: Character, probe: Probe, luck: number, random: Random): ProbeResult {
  const limit = character.limit * luck;
  const noise = Math.exp(character.within * random.normal());
  const badness = badnessOf(character, probe.rate, limit, probe.measureMs / 1000) * noise;
  const missed = badness > 1;
  // A probe that misses by far is ended early: the further past the bound, the sooner.
  const share = missed ? Math.min(1, Math.max(0.05, 1 / badness)) : 1;
  return {
    outcome: missed ? 'missed' : 'held',
    loadMs: probe.settleMs + probe.measureMs * share,
    servedPerSecond: character.kind === 'closed' ? null : Math.min(probe.rate, limit) * noise ** 0.1,
  };
}

/** What is measured as a share of what the objective allows: above 1 it is missed. */
function badnessOf(character: Character, rate: number, limit: number, seconds: number): number {
  const { kind, bound, tail, thinking } = character;
  if (kind === 'closed') {
    // Users beyond what the thinking time feeds stand in the queue (asymptotic bounds of a closed queue, softened at the knee).
    const perService = character.limit / limit;
    const queue = rate * perService - thinking;
    const softened = (queue + Math.sqrt(queue ** 2 + 4 * thinking)) / 2;
    return (perService + softened) / bound;
  }
  const use = rate / limit;
  // Up to 0.1 % fail below the limit, everything above it that can't be served fails; 1 % is allowed.
  if (kind === 'errors') return (0.001 + Math.max(0, 1 - 1 / use)) / 0.01;
  // M/D/1 below the limit; near it a queue has no time to grow beyond the square root of the requests, and past it, it grows by the excess.
  const most = Math.sqrt(limit * seconds);
  const waiting = use < 1 ? Math.min(most, use / (2 * (1 - use))) : most;
  return ((1 + tail * waiting) * (character.limit / limit) + Math.max(0, use - 1) * limit * seconds) / bound;
}

function trueCapacity(character: Character): number {
  let held = 0.001;
  let missed = character.limit * 1000;
  for (let step = 0; step < 80; step++) {
    const rate = Math.sqrt(held * missed);
    if (badnessOf(character, rate, character.limit, 30) > 1) missed = rate;
    else held = rate;
  }
  return held;
}
