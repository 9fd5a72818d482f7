// What `topolab capacity` ends with. Pure.
import { ExitCode } from '../errors.ts';
import type { StudyAnswer } from './answer-study.ts';

/**
 * 4 where a size has no capacity or the check of N+1 was not valid; else 3 where no size reaches the target or the check was missed; else 0.
 * As with runs, what can't be believed comes before what it seems to show. A check that was not made changes nothing.
 */
export function studyExitCode({ sizes, answer, failureCheck }: StudyAnswer): ExitCode {
  const unknown = sizes.some(({ result }) => result.status !== 'found');
  if (unknown || failureCheck?.outcome === 'invalid') return ExitCode.invalid;
  const outOfReach = answer !== null && answer.nodes === null;
  return outOfReach || failureCheck?.outcome === 'missed' ? ExitCode.missed : ExitCode.pass;
}
