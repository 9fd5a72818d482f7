// What every container is told about the clock of its host, where a run has several: nodes tell times by another one, and k6 says it to the gate
// with each of its pushes.
import { clockAheadVariable } from '../process/right-time.ts';

/** Of a generator's push: its clock minus that of Prometheus' host, in whole milliseconds. A name that a variable's can end in, as k6 takes it. */
export const clockAheadHeader = 'topolab_clock_ahead_ms';

/** @param aheadMs of the clock by which times are told, in whole milliseconds; below 0: behind. */
export function clockEnvironment(aheadMs: number): Readonly<Record<string, string>> {
  if (aheadMs === 0) return {};
  const said = String(aheadMs);
  return { [clockAheadVariable]: said, [`K6_PROMETHEUS_RW_HEADERS_${clockAheadHeader}`]: said };
}
