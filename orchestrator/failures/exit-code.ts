// What a failure study ends with. Pure.
import { ExitCode, worstExitCode } from '../errors.ts';
import type { SavedFailures } from './read-failures.ts';

/**
 * 3 where a node, or a pair, is a single point of failure (or one of two runs says so); 4 where a control run or a loss can't be believed; 130 where runs
 * are missing, or 4 where there was no time for them; else 0.
 */
export function exitCodeOf({ variants, study }: Pick<SavedFailures, 'variants' | 'study'>): number {
  const missed = study.withinMs === undefined ? ExitCode.interrupted : ExitCode.invalid;
  return worstExitCode(
    variants.flatMap(({ unsteady, missing, losses }) => [
      unsteady.length > 0 ? ExitCode.invalid : ExitCode.pass,
      missing > 0 ? missed : ExitCode.pass,
      losses.some(({ outcome }) => outcome === 'invalid') ? ExitCode.invalid : ExitCode.pass,
      losses.some(({ outcome }) => outcome === 'not-recovered' || outcome === 'doubtful')
        ? ExitCode.missed
        : ExitCode.pass,
    ]),
  );
}
