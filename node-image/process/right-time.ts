// The time by which latencies are measured: right also where a fault has set the node's clock wrong, for it goes on by the monotonic clock from the
// time at which the program started, and no fault is on a node by then. Where the nodes of a run are on several hosts, it is the time of one of
// them: how far the clock of a node's host is ahead of it is said in its environment. Everything else reads the clock of the node as it is: dates
// of records, of answers and in logs.

/** Milliseconds, below 0: behind; not set on hosts whose clocks agree. */
export const clockAheadVariable = 'TOPOLAB_CLOCK_AHEAD_MS';

const aheadMs = Number(process.env[clockAheadVariable] ?? 0);

/** Milliseconds since 1970. */
export function rightTimeMs(): number {
  return Math.round(exactTimeMs());
}

/** As `rightTimeMs`, with fractions. */
export function exactTimeMs(): number {
  return performance.timeOrigin + performance.now() - aheadMs;
}
