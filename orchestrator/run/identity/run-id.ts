// Names a run: sorts by time, says which scenario it was, and is unique enough for labels, folders and DNS names.
import { randomBytes } from 'node:crypto';

/** `<scenario>-<UTC date>-<time>-<4 random hex digits>`, for example `first-run-20260314-091500-3fa9`. */
export function makeRunId(scenario: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${scenario}-${stamp}-${randomDigits()}`;
}

/**
 * `<study>-s<size>-t<trial>-<4 random hex digits>`: another each time, for the reaper of a session that died may still be removing
 * everything that carries its name.
 */
export function makeTrialId(study: string, size: number, trial: number): string {
  return `${study}-s${String(size).replace('.', '_')}-t${trial}-${randomDigits()}`;
}

function randomDigits(): string {
  return randomBytes(2).toString('hex');
}
