// Names a run: sorts by time, says which scenario it was, and is unique enough for labels, folders and DNS names.
import { randomBytes } from 'node:crypto';

/** `<scenario>-<UTC date>-<time>-<4 random hex digits>`, for example `first-run-20260314-091500-3fa9`. */
export function makeRunId(scenario: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${scenario}-${stamp}-${randomBytes(2).toString('hex')}`;
}
