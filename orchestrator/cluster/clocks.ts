// The clocks of several hosts held against that of the first of them, by which all times of a run are told. Pure.
import type { ClockReading } from '../agent/agent-client.ts';

/** A clock that has moved less against another one has not: what a clock of a machine without NTP gains or loses in a minute. Our choice. */
const MOST_DRIFT_MS = 5;

interface ReadHost {
  readonly name: string;
  /** When the run began. */
  readonly clock: ClockReading;
}

/** How far a clock is ahead of another one, in whole milliseconds, below 0: behind. 0 where they agree as well as could be measured. */
export function clockAhead(of: ClockReading, than: ClockReading): number {
  const apartMs = of.offsetMs - than.offsetMs;
  return Math.abs(apartMs) <= of.errorMs + than.errorMs ? 0 : Math.round(apartMs);
}

/**
 * What is to be said of hosts whose clocks have moved against the first one's in the course of a run.
 * @param now their clocks at its end, in the order of the hosts.
 */
export function tellMovedClocks(hosts: readonly ReadHost[], now: readonly ClockReading[]): string[] {
  const [first] = hosts;
  const [firstNow] = now;
  if (first === undefined || firstNow === undefined) return [];
  return hosts.flatMap(({ name, clock }, index) => {
    const read = now[index] ?? clock;
    const movedMs = read.offsetMs - clock.offsetMs - (firstNow.offsetMs - first.clock.offsetMs);
    const errorMs = read.errorMs + clock.errorMs + firstNow.errorMs + first.clock.errorMs;
    if (Math.abs(movedMs) <= errorMs + MOST_DRIFT_MS) return [];
    return `The clock of ${name} moved by ${Math.round(movedMs)} ms against that of ${first.name} during the run: times at which nodes on both saw things are off by as much. Do the hosts set their clocks by NTP?`;
  });
}
