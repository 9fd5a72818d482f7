// A suite file with all its scenarios, checked as if each were run: what is wrong anywhere is told before the first trial.
import { ExitCode, TopolabError } from '../errors.ts';
import { invalid, ScenarioInvalid } from '../scenario/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type ProblemPath, shownPath } from '../scenario/text/problem.ts';
import { undisturbed } from '../failures/trial-scenario.ts';
import { checkFigures, unusedScenarios } from '../suite/check-figures.ts';
import { type LoadedSuite, loadSuite, type LoadSuiteOptions } from '../suite/load-suite.ts';
import type { Suite, SuiteScenario } from '../suite/suite.ts';
import { whyNotStudied } from '../failures/why-not-studied.ts';
import type { PlanOptions } from './load-planned.ts';
import { loadSweep } from './load-sweep.ts';

/** A cell of the suite with what is run for it, secrets included. */
export interface LoadedSubject {
  readonly scenario: string;
  readonly column: string;
  readonly trials: number;
  readonly resolved: Scenario;
}

export interface SuiteRuns {
  readonly suite: Suite;
  readonly subjects: readonly LoadedSubject[];
}

type SubjectsOptions = Pick<PlanOptions, 'signal' | 'acrossHosts'>;

/** @throws as `loadSuite`, with the problems of its scenarios too, each at the place where the suite names it. */
export async function loadSuiteRuns(
  path: string,
  options: LoadSuiteOptions & SubjectsOptions,
): Promise<SuiteRuns> {
  const { signal, acrossHosts, ...how } = options;
  const loaded = loadSuite(path, how);
  const { suite, placeOf } = loaded;
  const lines: string[] = [];
  const at = (place: ProblemPath, message: string) =>
    lines.push(`${placeOf(place)} ${shownPath(place)}: ${message}`);
  const subjects: LoadedSubject[] = [];
  for (const scenario of suite.scenarios) {
    const { subjects: own, problems } = await loadSubjects(scenario, {
      ...(signal && { signal }),
      acrossHosts,
    });
    subjects.push(...own);
    for (const problem of problems) at(['scenarios', scenario.name], problem);
  }
  // Of scenarios that can't be read nobody knows what they measure.
  if (lines.length === 0) figureProblems(loaded, subjects).forEach(([place, message]) => at(place, message));
  if (lines.length > 0) throw invalid(path, lines, 'suite');
  return { suite, subjects };
}

async function loadSubjects(
  scenario: SuiteScenario,
  options: SubjectsOptions,
): Promise<{ readonly subjects: readonly LoadedSubject[]; readonly problems: readonly string[] }> {
  const { name, file, command, trials } = scenario;
  const measured = scenario.columns.filter(({ notMeasured }) => notMeasured === null);
  try {
    const runs = await loadSweep(
      file,
      measured.map(({ set }) => set),
      options,
    );
    const subjects = runs.flatMap((run, index): LoadedSubject[] => {
      const column = measured[index]?.column;
      if (column === undefined) return [];
      const resolved = command === 'failures' ? undisturbed(run.scenario) : run.scenario;
      return [{ scenario: name, column, trials, resolved }];
    });
    return { subjects, problems: [...new Set(subjects.flatMap((subject) => unfitFor(command, subject)))] };
  } catch (error) {
    if (error instanceof ScenarioInvalid) return { subjects: [], problems: error.lines };
    // A file that is not there, or is none of a scenario.
    if (!(error instanceof TopolabError) || error.exitCode !== ExitCode.usage) throw error;
    return {
      subjects: [],
      problems: [`${error.message}; write the path of a scenario from the suite's folder`],
    };
  }
}

/** What keeps a scenario from being studied by this command. */
function unfitFor(command: SuiteScenario['command'], { resolved, column }: LoadedSubject): string[] {
  if (command === 'capacity' && resolved.capacity === null)
    return [`has no \`capacity\` section in column ${column}; add one, or leave \`command: capacity\` out`];
  const problem = command === 'failures' ? whyNotStudied(resolved) : undefined;
  return problem === undefined
    ? []
    : [`can't be studied in column ${column}: ${problem.problem}. ${problem.hint}`];
}

function figureProblems(
  { suite }: LoadedSuite,
  subjects: readonly LoadedSubject[],
): (readonly [ProblemPath, string])[] {
  const found = checkFigures(suite, (name) =>
    subjects.flatMap(({ scenario, resolved }) => (scenario === name ? [resolved] : [])),
  );
  return [
    ...found.map(({ path, message }) => [path, message] as const),
    ...unusedScenarios(suite).map(
      ({ name }) =>
        [['scenarios', name], 'no figure asks for it; show one of its figures, or leave it out'] as const,
    ),
  ];
}

/** How many runs a suite takes, without those of its studies. */
export function countTrials(subjects: readonly LoadedSubject[]): number {
  return subjects.reduce((sum, { trials }) => sum + trials, 0);
}
