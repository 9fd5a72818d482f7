// What theory expects of a queue with a known service time, to stand beside measurements. Times are in milliseconds.

/** Busy share of one server: arrivals per second times service time. */
export function utilisation(ratePerSecond: number, serviceMs: number): number {
  return (ratePerSecond * serviceMs) / 1000;
}

/**
 * Mean time in the queue (not in service) of M/D/1: Poisson arrivals, one server, constant service time s. ρ·s / (2(1-ρ)); infinite from
 * ρ = 1 on. Source: the Pollaczek-Khinchine formula with no variance of service (Kleinrock 1975, Queueing Systems 1, section 5.6).
 */
export function waitingInMd1(use: number, serviceMs: number): number {
  return waitingInMg1(use, serviceMs, 0);
}

/**
 * Mean time in the queue of M/G/1: ρ·s·(1 + v) / (2(1-ρ)), where v is the squared coefficient of variation of the service time
 * (0 = constant, 1 = exponential). Source: Pollaczek-Khinchine, Kleinrock 1975, section 5.6.
 */
export function waitingInMg1(use: number, serviceMs: number, variation: number): number {
  if (use < 0 || serviceMs < 0)
    throw new RangeError(`Load and service time can't be negative: ${use}, ${serviceMs}.`);
  return use >= 1 ? Number.POSITIVE_INFINITY : (use * serviceMs * (1 + variation)) / (2 * (1 - use));
}

export interface Stall {
  /** Requests per second, evenly spaced. */
  readonly ratePerSecond: number;
  /** Length of the measurement; the stall lies wholly within it. */
  readonly totalMs: number;
  readonly stallMs: number;
  /** Latency of a request that meets no stall. */
  readonly serviceMs: number;
  /** How the server clears what has gathered: `at-once` (it was only held up, the CPU is no limit) or `one-by-one`. */
  readonly backlog: 'at-once' | 'one-by-one';
}

/**
 * The latency percentile (0 to 100) that one stall leaves, when latency counts from the intended start. Requests meant to start u ms
 * before the stall's end wait u, and behind them the backlog clears: with a server that can serve 1 / s, it shrinks by 1 - ρ while it is
 * served, so stallMs / (1 - ρ) of the time is touched and waits fall evenly from stallMs to 0. Of all requests the share above x is therefore
 * (stallMs - x) / (1 - ρ) / totalMs, as arithmetic has it (Tene 2013, How NOT to Measure Latency). Where the
 * backlog clears at once, ρ counts as 0: one second at 200/s within 100 s gives a p99 of the service time and a p99.5 of half a second more.
 */
export function percentileUnderStall(percentile: number, stall: Stall): number {
  const above = 1 - percentile / 100;
  return stall.serviceMs + Math.max(0, stall.stallMs * (1 - above / touchedShare(stall)));
}

/** The share of requests that take longer than `latencyMs` under the stall; the inverse of `percentileUnderStall`. */
export function shareSlowerUnderStall(latencyMs: number, stall: Stall): number {
  const waitMs = Math.max(0, latencyMs - stall.serviceMs);
  return touchedShare(stall) * Math.max(0, 1 - waitMs / stall.stallMs);
}

/** The share of requests that the stall or its backlog delays. */
function touchedShare({ ratePerSecond, totalMs, stallMs, serviceMs, backlog }: Stall): number {
  const use = backlog === 'at-once' ? 0 : utilisation(ratePerSecond, serviceMs);
  if (use >= 1)
    throw new RangeError(`A server at ${(use * 100).toFixed(0)} % load never catches up after a stall.`);
  const touched = stallMs / (1 - use) / totalMs;
  if (touched > 1)
    throw new RangeError(`${totalMs} ms are too short for a stall of ${stallMs} ms and what follows it.`);
  return touched;
}
