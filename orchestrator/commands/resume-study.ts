// What studies have in common that are gone on with, from what their folder holds.
import { ExitCode, TopolabError } from '../errors.ts';
import { formatDuration } from '../format/format-value.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hiddenPlaces } from '../secrets/without-secrets.ts';

/**
 * Values that were hidden are in no folder, and what runs without them would be another system.
 * @param path of the study's folder, as it was named.
 * @throws TopolabError `secret-not-kept` (exit code 2).
 */
export function refuseUnsavedSecrets(path: string, scenarios: readonly Scenario[]): void {
  const hidden = scenarios.flatMap(hiddenPlaces);
  if (hidden.length === 0) return;
  throw new TopolabError(`resume study ${path}: its secrets were not saved (${hidden.join(', ')})`, {
    code: 'secret-not-kept',
    hint: 'Pass them as `secrets:` of the group or load, which are read each time; then start a new study.',
    exitCode: ExitCode.usage,
  });
}

/** `, about 5 min left`, in whole minutes; nothing where that is not known. */
export function timeLeft(leftMs: number | undefined): string {
  return leftMs === undefined ? '' : `, about ${formatDuration(Math.ceil(leftMs / 60_000) * 60_000)} left`;
}
