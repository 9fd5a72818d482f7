// One scenario file with several combinations of values, all of them checked: what is wrong with each is told once, however many it concerns.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { invalid, ScenarioInvalid } from '../scenario/load-scenario.ts';
import type { GivenValues } from '../scenario/parameters/apply-parameters.ts';
import { writeSet } from '../scenario/parameters/parse-sets.ts';
import { valuesWithout } from '../secrets/without-secrets.ts';
import { loadRunnable, type PlanOptions, type Runnable } from './load-planned.ts';

/** The scenario with the values that were chosen for it. */
export interface ChosenRun extends Runnable {
  readonly set: GivenValues;
}

interface SweepOptions extends Omit<PlanOptions, 'set'> {
  /** Called for each combination that is sound, at once. */
  readonly onLoaded?: (run: ChosenRun) => void;
}

/** More combinations than that are not named after a problem. */
const MOST_NAMED = 3;

/** Fails as `loadScenario` does, with the problems of all combinations. */
export async function loadSweep(
  file: string,
  combinations: readonly GivenValues[],
  { onLoaded, ...options }: SweepOptions = {},
): Promise<ChosenRun[]> {
  const runs: ChosenRun[] = [];
  const problems = new Map<string, GivenValues[]>();
  for (const set of combinations) {
    // Lets a signal be heard between two of them.
    await nextTurn();
    try {
      const run = { set, ...(await loadRunnable(file, { ...options, set })) };
      runs.push(run);
      onLoaded?.(run);
    } catch (error) {
      if (!(error instanceof ScenarioInvalid)) throw error;
      for (const line of error.lines) problems.set(line, [...(problems.get(line) ?? []), set]);
    }
  }
  if (problems.size === 0) return runs;
  throw invalid(
    file,
    [...problems].map(([line, sets]) =>
      // What is wrong with a given value names it.
      sets.length === combinations.length || line.startsWith('--set ')
        ? line
        : `${line} (${withValues(sets)})`,
    ),
  );
}

/** `with nodes=4; nodes=8`. */
function withValues(sets: readonly GivenValues[]): string {
  const more = sets.length - MOST_NAMED;
  const named = sets.slice(0, MOST_NAMED).map(describeSet).join('; ');
  return `with ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `nodes=4 topology=hybrid`, as it may be shown. */
export function describeSet(set: GivenValues): string {
  return writeSet(valuesWithout(set)).join(' ');
}
