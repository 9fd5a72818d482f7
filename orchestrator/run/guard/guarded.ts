// Work on a run that is not a whole run by itself: a trial of a study, a calibration.
import { raceSignal } from 'race-signal';
import { RunGuard, type GuardOptions } from './run-guard.ts';

/**
 * Does the work under a guard, and removes everything of the run afterwards. Rejects with what the run was lost to, where it was; with
 * the work's own error, whatever else goes wrong after it.
 * @param work is told to end by its signal, where the caller's aborts or the run is lost.
 */
export async function guarded<T>(
  options: GuardOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const guard = new RunGuard(options);
  let result: T;
  try {
    await guard.start(signal);
    result = await raceSignal(work(AbortSignal.any([signal, guard.lost])), guard.lost);
  } catch (thrown) {
    const error = signal.aborted ? thrown : await guard.explain(thrown);
    await guard.removeAll().catch(() => {});
    throw error;
  }
  await guard.removeAll();
  return result;
}
