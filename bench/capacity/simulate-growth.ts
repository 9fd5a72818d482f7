// How often the test of growth is wrong, and how far off the capacities are that it leads to, on simulated queues of known capacity.
import { createRandom, type Random } from '../../orchestrator/capacity/random.ts';
import { isLikelyGrowing, lookTimes, tellGrowth } from '../../orchestrator/measure/growth/growth.ts';
import type { BenchRow } from '../benchmark.ts';
import { atMost, known } from '../harness/judge-row.ts';
import { median } from '../harness/statistics.ts';
import { type Disturbance, type KnownQueue, offer } from './known-queue.ts';
import { type Judging, queueAsSystem, workOf } from './probe-queue.ts';
import { searchOn } from './simulate-search.ts';

const settleMs = 3000;
const measureMs = 8000;
const longMs = 4 * measureMs;

const constant = { servers: 1, service: 'constant', percentile: 95 } as const;
const queues: readonly (KnownQueue & { readonly name: string })[] = [
  { ...constant, name: '10 ms', serviceMs: 10, boundMs: 300 },
  { ...constant, name: '150 ms', serviceMs: 150, boundMs: 1000 },
  { ...constant, name: '1,000 ms', serviceMs: 1000, boundMs: 3000 },
  { ...constant, name: '1,000 ms, four servers', servers: 4, serviceMs: 1000, boundMs: 3000 },
  { ...constant, name: 'exponential, 10 ms', service: 'exponential', serviceMs: 10, boundMs: 300 },
  { ...constant, name: 'exponential, 150 ms', service: 'exponential', serviceMs: 150, boundMs: 1500 },
];

export interface GrowthOptions {
  /** Of each queue at each rate. */
  readonly probes: number;
  /** Of each queue, each way of judging. */
  readonly searches: number;
  readonly seed: number;
}

export function growthRows({ probes, searches, seed }: GrowthOptions): readonly BenchRow[] {
  const random = createRandom(seed);
  return [
    ...queues.flatMap((queue) => errorRows(queue, probes, random)),
    ...queues.flatMap((queue) => biasRows(queue, searches, random)),
  ];
}

/** A pause of 20 ms every ten seconds, and a millisecond of lateness. */
function quiet(random: Random): Disturbance {
  return { random, pausesPerSecond: 0.1, pauseMs: 20, latenessMs: 1 };
}

/** Shares of probes, made longer where they are too short to tell, as in a search. */
function errorRows(queue: (typeof queues)[number], probes: number, random: Random): BenchRow[] {
  const growingAt = (use: number) => {
    const rate = (use * queue.servers * 1000) / queue.serviceMs;
    const found = Array.from({ length: probes }, () => isCalledGrowing(queue, rate, random));
    return {
      growing: found.filter(({ growing }) => growing).length / probes,
      longer: found.filter(({ longer }) => longer).length / probes,
    };
  };
  const [below, above] = [growingAt(0.95), growingAt(1.02)];
  const exponential = queue.service === 'exponential';
  const wrong = {
    name: `called growing at 0.95 of the service rate, ${queue.name}`,
    measured: below.growing,
    unit: '',
    note: `made longer: ${below.longer.toFixed(2)}`,
  };
  const missed = {
    name: `called sustainable at 1.02 of the service rate, ${queue.name}`,
    measured: 1 - above.growing,
    unit: '',
    note: `made longer: ${above.longer.toFixed(2)}`,
  };
  // Where service times vary much, nobody can tell 2 % in half a minute: there the objective has to bind.
  return exponential ? [known(wrong), known(missed)] : [atMost(wrong, 0.05), atMost(missed, 0.05)];
}

function isCalledGrowing(
  queue: KnownQueue,
  rate: number,
  random: Random,
): { growing: boolean; longer: boolean } {
  const look = (lastsMs: number) => {
    const untilMs = settleMs + lastsMs;
    return tellGrowth(workOf(offer(queue, rate, untilMs, quiet(random)), rate, lookTimes(settleMs, untilMs)));
  };
  const short = look(measureMs);
  const longer = short.outcome === 'unclear';
  return { growing: isLikelyGrowing(longer ? look(longMs) : short), longer };
}

function biasRows(queue: (typeof queues)[number], searches: number, random: Random): BenchRow[] {
  const found = (judging: Judging) => {
    const { capacity, run } = queueAsSystem(queue, judging, quiet(random));
    const resolution = 10 ** Math.floor(Math.log10(capacity / 1000));
    const options = {
      minRate: capacity / 2,
      maxRate: capacity * 4,
      settleMs,
      measureMs,
      resolution,
      resamples: 300,
    };
    const results = Array.from({ length: searches }, (_, seed) => searchOn({ run }, { ...options, seed }));
    return {
      bias: median(
        results.flatMap((each) => (each.capacity === null ? [] : [each.capacity.value / capacity - 1])),
      ),
      holds:
        results.filter(
          (each) =>
            each.capacity !== null && each.capacity.lower <= capacity && capacity <= each.capacity.upper,
        ).length / searches,
      loadMs: median(results.map((each) => each.loadMs)),
    };
  };
  const [before, after] = [found('objective-only'), found('sustainable')];
  const row = {
    name: `capacity found above the true one, ${queue.name}`,
    measured: after.bias,
    unit: '',
    reference: { what: 'by the objective alone', value: before.bias },
    note: `intervals that hold ${after.holds.toFixed(2)} (${before.holds.toFixed(2)}), load ${Math.round(after.loadMs / 1000)} s (${Math.round(before.loadMs / 1000)} s)`,
  };
  return [queue.service === 'exponential' ? known(row) : atMost(row, 0.02)];
}
