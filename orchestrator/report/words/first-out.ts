// What ran out first, or why nobody can say that nothing did.
import type { Finding } from '../../judge/finding.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { describeSaturation } from './describe-saturation.ts';
import { nothingRanOut } from './describe-watched.ts';

/** After these nobody knows what else ran out. */
const BLIND: ReadonlySet<Finding['code']> = new Set([
  'host-not-watched',
  'not-watched',
  'nodes-not-watched',
  'generators-not-watched',
]);

/** Null where the run saved no samples. */
export function firstOutWords(run: SavedRun): string | null {
  const { verdict, samples, scenario } = run;
  if (verdict === undefined || samples === undefined) return null;
  const first = verdict.firstSaturated;
  if (first !== null) return describeSaturation(first, run);
  return isKnown(run) ? nothingRanOut(scenario) : 'unknown: not everything was monitored';
}

/** Whether what ran out was watched well enough to say that nothing did. */
export function isKnown({ verdict }: SavedRun): boolean {
  return verdict?.findings?.some(({ code }) => BLIND.has(code)) !== true;
}
