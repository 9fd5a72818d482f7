// A server whose capacity is known by theory: one queue, first come first served, with a constant service time (`topolab-node calibration`),
// asked at evenly spaced times (k6's arrival-rate executors), as one objective of latency judges it.
//
// The queue serves 1 / s, and yet the highest rate λ at which the objective holds is a little more, for a measurement ends before the queue
// has grown long. Past ρ = λs = 1 the server never rests: the request that ends e after the start of the load was the (e/s)th and arrived at
// (e/s - 1) / λ, so it took
//
//   L(e) = s + (e - s)(1 - 1/ρ)
//
// Requests end evenly, one every s, and each takes longer than the one before. So the p-th percentile of those that end while it is
// measured, from T to T + M after the start (T settles), is L(T + pM), and L(T + pM) = bound gives
//
//   capacity = (1/s) / (1 - (bound - s) / (T + pM - s))
//
// Below ρ = 1 nobody waits and every request takes s. What a real measurement adds is left out, for it is little beside this: 5 ms more in
// each latency (timers, network, buckets of histograms) lower the capacity by 5 ms / (T + pM), which is 0.1 % of it at 5 s. A pause of
// the generator or the server delays arrivals by its length and costs as much service only where the queue is shorter
// than that; at capacity it grows by (bound - s) / (T + pM) every second, so a high bound makes little of pauses.
import { isClearlyLost } from '../../orchestrator/capacity/clearly-lost.ts';
import { waitsOf } from '../../orchestrator/capacity/poisson-arrivals.ts';
import type { Probe, ProbeResult } from '../../orchestrator/capacity/search.ts';
import type { SyntheticSystem } from './synthetic-system.ts';

export interface KnownQueue {
  readonly serviceMs: number;
  /** The objective: this percentile (0 to 100) of latency is below `boundMs`, which is above `serviceMs`. */
  readonly percentile: number;
  readonly boundMs: number;
}

/** How often a real probe looks whether it is lost (watch-probe.ts). */
const lookEveryMs = 1000;

/** The highest rate, per second, at which a probe of this length holds. */
export function capacityOfQueue(
  { serviceMs, percentile, boundMs }: KnownQueue,
  { settleMs, measureMs }: Pick<Probe, 'settleMs' | 'measureMs'>,
): number {
  const busyMs = settleMs + (percentile / 100) * measureMs - serviceMs;
  return 1000 / serviceMs / (1 - (boundMs - serviceMs) / busyMs);
}

/** For the reference, which is reckoned. */
export function queueAsSystem(
  queue: KnownQueue,
  timing: Pick<Probe, 'settleMs' | 'measureMs'>,
): SyntheticSystem {
  return {
    kind: 'open',
    capacity: capacityOfQueue(queue, timing),
    run: (probe) => probeQueue(queue, probe),
  };
}

/** What a probe of this queue comes to, and how long it takes with the early stop of real ones. */
export function probeQueue({ serviceMs, percentile, boundMs }: KnownQueue, probe: Probe): ProbeResult {
  const { rate, settleMs, measureMs } = probe;
  const lastsMs = settleMs + measureMs;
  const arrivals = Array.from({ length: Math.ceil((rate * lastsMs) / 1000) }, (_, n) => (n * 1000) / rate);
  const latencies = waitsOf(arrivals, serviceMs).map((waitMs) => waitMs + serviceMs);
  const countUntil = (endMs: number) => {
    const ended = latencies.filter((latencyMs, n) => {
      const endedMs = (arrivals[n] ?? 0) + latencyMs;
      return endedMs >= settleMs && endedMs < endMs;
    });
    return { requests: ended.length, slower: ended.filter((each) => each >= boundMs).length };
  };
  for (let elapsedMs = lookEveryMs; elapsedMs < measureMs; elapsedMs += lookEveryMs) {
    const objective = { kind: 'latency', percentile, ...countUntil(settleMs + elapsedMs) } as const;
    if (isClearlyLost({ rate, measureMs, elapsedMs, objectives: [objective] })) {
      return { outcome: 'missed', loadMs: settleMs + elapsedMs, servedPerSecond: 1000 / serviceMs };
    }
  }
  const { requests, slower } = countUntil(lastsMs);
  return {
    outcome: slower > (1 - percentile / 100) * requests ? 'missed' : 'held',
    loadMs: lastsMs,
    servedPerSecond: (requests * 1000) / measureMs,
  };
}
