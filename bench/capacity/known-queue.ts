// Queues whose capacity is known by theory, asked at evenly spaced times, as k6's arrival-rate executors do. First come, first served.
//
// What counts is the stationary queue, to which a rate comes if it goes on for ever:
// - constant service times s, c servers (D/D/c): below c/s nobody waits and every request takes s; above it the queue grows without end. So
//   c/s is the capacity, whatever an objective of latency allows (more than s).
// - exponential service times with mean s, one server (D/M/1): the time in the system is exponential with mean s / (1 - σ), where
//   σ = exp(-(1 - σ) / ρ) and ρ = λs (Kendall 1953, GI/M/1; Kleinrock 1975, section 6.4). The p-th percentile is -ln(1 - p) · s / (1 - σ),
//   and the capacity is the rate at which it reaches the bound.
import type { Random } from '../../orchestrator/capacity/random.ts';

export interface KnownQueue {
  readonly servers: number;
  readonly serviceMs: number;
  /** Exponential ones: of one server only. */
  readonly service: 'constant' | 'exponential';
  /** The objective: this percentile (0 to 100) of latency is below `boundMs`, which is above `serviceMs`. */
  readonly percentile: number;
  readonly boundMs: number;
}

/** What a real host adds: pauses of the whole server, and lateness of each answer. */
export interface Disturbance {
  readonly random: Random;
  /** Pauses per second, and their mean length (exponential). */
  readonly pausesPerSecond: number;
  readonly pauseMs: number;
  /** Standard deviation of what comes on top of each latency. */
  readonly latenessMs: number;
}

/** Moments after the start of the load. */
export interface Served {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** The highest rate, per second, at which the objective holds for ever. */
export function capacityOfQueue(queue: KnownQueue): number {
  const { servers, serviceMs, service } = queue;
  if (service === 'constant') return (servers * 1000) / serviceMs;
  if (servers !== 1) throw new RangeError('Exponential service times: known here of one server only.');
  let held = 0;
  let missed = 1;
  for (let step = 0; step < 60; step++) {
    const use = (held + missed) / 2;
    if (percentileInDm1(queue, use) < queue.boundMs) held = use;
    else missed = use;
  }
  return (held * 1000) / serviceMs;
}

function percentileInDm1({ serviceMs, percentile }: KnownQueue, use: number): number {
  let waiting = use;
  // A contraction for ρ < 1: its slope at the root is (σ/ρ) < 1, so slow only where ρ is close to 1.
  for (let step = 0; step < 20_000; step++) {
    const next = Math.exp((waiting - 1) / use);
    if (Math.abs(next - waiting) < 1e-12) break;
    waiting = next;
  }
  return (-Math.log(1 - percentile / 100) * serviceMs) / (1 - waiting);
}

/** Every request of a load at one rate, in order of their starts. */
export function offer(
  queue: KnownQueue,
  ratePerSecond: number,
  lastsMs: number,
  { random, ...by }: Disturbance,
): Served[] {
  const freeAtMs = Array.from({ length: queue.servers }, () => 0);
  const exponential = (mean: number) => -Math.log(1 - random.uniform()) * mean;
  const untilPause = () => (by.pausesPerSecond > 0 ? exponential(1000 / by.pausesPerSecond) : Infinity);
  let pauseAtMs = untilPause();
  return Array.from({ length: Math.ceil((ratePerSecond * lastsMs) / 1000) }, (_, n) => {
    const startedMs = (n * 1000) / ratePerSecond;
    for (; pauseAtMs <= startedMs; pauseAtMs += untilPause()) {
      const overMs = pauseAtMs + exponential(by.pauseMs);
      for (const [index, each] of freeAtMs.entries()) freeAtMs[index] = Math.max(each, overMs);
    }
    const server = freeAtMs.indexOf(Math.min(...freeAtMs));
    const takesMs = queue.service === 'constant' ? queue.serviceMs : exponential(queue.serviceMs);
    const doneMs = Math.max(startedMs, freeAtMs[server] ?? 0) + takesMs;
    freeAtMs[server] = doneMs;
    return { startedMs, endedMs: doneMs + Math.abs(random.normal()) * by.latenessMs };
  });
}
