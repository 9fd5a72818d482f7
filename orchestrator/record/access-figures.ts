// What canaries found, as it is recorded: offsets count from the start of the load.
import type { CanaryFigures, RightsGained, RightsLost } from '../../node-image/contract/canary-protocol.ts';

interface Times {
  readonly issuedAtMs: number;
  readonly acknowledgedAtMs: number;
}

/** Milliseconds after the start of the load. */
interface Offsets {
  readonly issuedMs: number;
  readonly acknowledgedMs: number;
}

export type LostRights = Omit<RightsLost, keyof Times> & Offsets;
export type GainedRights = Omit<RightsGained, keyof Times> & Offsets;

export interface RecordedAccess {
  readonly lost: readonly LostRights[];
  readonly gained: readonly GainedRights[];
  readonly kept: CanaryFigures['kept'];
}

/** @param offsetOf what a moment of the canaries' clock is in the run */
export function asRecorded(
  { lost, gained, kept }: CanaryFigures,
  offsetOf: (atMs: number) => number,
): RecordedAccess {
  const inRun = <Value extends Times>({ issuedAtMs, acknowledgedAtMs, ...rest }: Value) => ({
    ...rest,
    issuedMs: offsetOf(issuedAtMs),
    acknowledgedMs: offsetOf(acknowledgedAtMs),
  });
  return { lost: lost.map((loss) => inRun(loss)), gained: gained.map((gain) => inRun(gain)), kept };
}
