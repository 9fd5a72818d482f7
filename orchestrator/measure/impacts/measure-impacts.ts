// What each fault of a run did to its users, one after the other: the table of a report and the objective `recovered` have it from here. Pure.
import { type FaultImpact, faultImpact, type FaultSeries, servedAgainAfter } from './fault-impact.ts';
import type { RunFault } from './run-faults.ts';

export interface MeasuredFault extends RunFault {
  /** The next fault of another moment, or the end of the load: what happens afterwards has other causes. */
  readonly untilMs: number;
  readonly impact: FaultImpact;
  /** As `impact.recoveredAfterMs`, from the beginning of the fault on, however late it was seen to bite: a look that took its time makes no recovery shorter. */
  readonly recoveredSinceBeginningMs: number | null;
  /**
   * From its end until users were served as before it; 0 = they were when it ended, and its end disturbed nobody. null where it was not taken
   * back before `untilMs`, nothing was served before it, or they were not served as before again by then.
   */
  readonly recoveredAfterEndMs: number | null;
}

/** With a point a second nobody can tell apart what faults that are closer together than this have done. */
const SAME_MOMENT_MS = 1000;

/** @param loadMs the end of the load, milliseconds after its start. */
export function measureImpacts(
  series: FaultSeries,
  faults: readonly RunFault[],
  loadMs: number,
): MeasuredFault[] {
  return faults.map((fault) => {
    const untilMs = faults.find(({ atMs }) => atMs >= fault.atMs + SAME_MOMENT_MS)?.atMs ?? loadMs;
    const { atMs, effectMs, lastDownMs } = fault;
    const impactFrom = (ms: number) => faultImpact(series, atMs, untilMs, ms, lastDownMs ?? atMs);
    const impact = impactFrom(effectMs ?? atMs);
    const recoveredSinceBeginningMs = impactFrom(atMs).recoveredAfterMs;
    return {
      ...fault,
      untilMs,
      impact,
      recoveredSinceBeginningMs,
      recoveredAfterEndMs: afterEnd(series, fault, impact, untilMs),
    };
  });
}

function afterEnd(
  series: FaultSeries,
  { atMs, endedMs }: RunFault,
  { servedBefore }: FaultImpact,
  untilMs: number,
): number | null {
  if (endedMs === null || !servedBefore) return null;
  return servedAgainAfter(series, servedBefore, endedMs, untilMs, atMs);
}
