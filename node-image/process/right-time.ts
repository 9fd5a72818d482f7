// The time by which latencies are measured: right also where a fault has set the node's clock wrong, for it goes on by the monotonic clock from the
// time at which the program started, and no fault is on a node by then. Everything else reads the clock of the node as it is: dates of
// records, of answers and in logs.

/** Milliseconds since 1970. */
export function rightTimeMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
