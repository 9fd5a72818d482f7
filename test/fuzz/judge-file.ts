// What the program makes of a file: refused with words, valid with a plan that can be kept, or a problem of ours.
import { readFileSync } from 'node:fs';
import { loadPlanned } from '../../orchestrator/commands/load-planned.ts';
import { describeError } from '../../orchestrator/describe-error.ts';
import { ExitCode, TopolabError } from '../../orchestrator/errors.ts';
import { renderPlan } from '../../orchestrator/plan/render-plan.ts';
import { printable } from '../../orchestrator/printable.ts';

/** Lines that a wrong file may print: its problems, how many more, and what to do. */
const MOST_LINES = 55;

export type Judgement =
  | { readonly kind: 'valid' | 'refused' }
  /** A stack trace, or what would be one. */
  | { readonly kind: 'crash'; readonly detail: string }
  /** Valid, but the plan can't be told or kept. */
  | { readonly kind: 'wrongly-valid'; readonly detail: string }
  /** Refused with words that can't be shown. */
  | { readonly kind: 'unreadable'; readonly detail: string };

export async function judgeFile(path: string): Promise<Judgement> {
  let planned: Awaited<ReturnType<typeof loadPlanned>>;
  try {
    planned = await loadPlanned(path, {});
  } catch (error) {
    if (error instanceof TopolabError && error.exitCode === ExitCode.usage)
      return judgeWords(describeError(error), readFileSync(path, 'utf8'));
    return { kind: 'crash', detail: stackOf(error) };
  }
  try {
    const { plan, scenario } = planned;
    const written = `${renderPlan(plan)}${JSON.stringify(plan)}${JSON.stringify(scenario)}`;
    if (plan.durationMs >= 2 ** 31 || plan.actions.length > 10_000 || written.length > 2 ** 28)
      return { kind: 'wrongly-valid', detail: 'beyond the bounds of a run' };
    return { kind: 'valid' };
  } catch (error) {
    return { kind: 'wrongly-valid', detail: stackOf(error) };
  }
}

/** @param file its own words may be quoted. */
function judgeWords(text: string, file: string): Judgement {
  if (printable(text) !== text) return { kind: 'unreadable', detail: 'it holds control characters' };
  const lines = text.split('\n').length;
  if (lines > MOST_LINES) return { kind: 'unreadable', detail: `${lines} lines` };
  const slip = /\n {4}at |\bundefined\b|\[object |\bNaN\b/.exec(text)?.[0];
  if (slip !== undefined && !file.includes(slip)) return { kind: 'unreadable', detail: text.slice(0, 2000) };
  return { kind: 'refused' };
}

function stackOf(error: unknown): string {
  return String(error instanceof Error ? error.stack : error).slice(0, 2000);
}
