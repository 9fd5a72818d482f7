// How long a study of capacity may take: `topolab capacity FILE --within 20m`.
import { ExitCode, TopolabError } from '../errors.ts';
import { formatDuration } from '../format/format-value.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import { checkMs, leastTrialsMs } from '../study/least-time.ts';
import { TimeBudget } from '../trials/time-budget.ts';

interface Given {
  /** Milliseconds; undefined = as long as it takes. */
  readonly within?: number;
  /** Whether N+1 is to be checked. */
  readonly check: boolean;
}

/** The time for all of it, from now on, and that for the search, which leaves some for the check of N+1. */
export function budgetsOf(
  question: CapacityQuestion,
  { within, check }: Given,
): { readonly budget: TimeBudget | undefined; readonly forSearch: TimeBudget | undefined } {
  if (within === undefined) return { budget: undefined, forSearch: undefined };
  const forCheckMs = check ? checkMs(question) : 0;
  return { budget: new TimeBudget(within), forSearch: new TimeBudget(within - forCheckMs) };
}

/** @throws TopolabError `too-little-time` (exit code 2): no answer can be had so soon. */
export function refuseTooLittle(file: string, question: CapacityQuestion, { within, check }: Given): void {
  const forCheckMs = check ? checkMs(question) : 0;
  const leastMs = leastTrialsMs(question) + forCheckMs;
  if (within === undefined || within >= leastMs) return;
  const { length } = question.sizes;
  const trials = length === 1 ? 'a trial' : `a trial of each of ${length} sizes`;
  const checked = forCheckMs === 0 ? '' : ' and the N+1 check (`--no-check` leaves it out)';
  const message = `search for the capacity of ${file} within ${formatDuration(within)}: no answer can be had so soon`;
  throw new TopolabError(message, {
    code: 'too-little-time',
    hint: `It takes ${formatDuration(leastMs)} at least for ${trials}${checked}: give it twice as long, or lower \`measure\`, \`settle\` or the number of sizes in its \`capacity\` section.`,
    exitCode: ExitCode.usage,
  });
}
