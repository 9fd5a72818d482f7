// A scenario file → the scenario and its plan, or one error that says where the file goes wrong: also where only the plan shows it.
import { notCarriedAcrossHosts } from '../plan/across-hosts.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanProblem } from '../plan/plan-problem.ts';
import { type Problem, type ProblemPath, shownPath } from '../scenario/text/problem.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import {
  invalid,
  type LoadOptions,
  type ReadScenario,
  readScenario,
  ScenarioInvalid,
} from '../scenario/load-scenario.ts';
import { holdsSuite } from '../suite/load-suite.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { checkFiles } from './check-files.ts';
import { deployedByStudy } from './deployed.ts';

export interface Planned {
  readonly scenario: Scenario;
  readonly plan: Plan;
}

/** One whose files have been looked into. */
export interface Runnable extends Planned {
  /** What is worth knowing of its scripts, in sentences. */
  readonly notes: readonly string[];
}

export interface PlanOptions extends LoadOptions {
  /** In place of the scenario's. */
  readonly seed?: number | undefined;
  /** Whether it is to run on several hosts, which carry more nodes than one does, and not all else that one does; also where that is not decided yet. Default false. */
  readonly acrossHosts?: boolean | undefined;
}

/** Fails as `loadScenario` does. */
export async function loadPlanned(file: string, options: PlanOptions): Promise<Planned> {
  const { scenario, plan } = await loadPlaced(file, options);
  return { scenario, plan };
}

/** As loadPlanned, and looks into the files that the scenario names: what is to be run has to be whole. */
export async function loadRunnable(file: string, options: PlanOptions): Promise<Runnable> {
  const { scenario, plan, tell } = await loadPlaced(file, options);
  const { problems: inFiles, notes } = await checkFiles(scenario);
  const problems = [...inFiles, ...(options.acrossHosts === true ? notCarried(scenario, plan) : [])];
  if (problems.length > 0) throw invalid(file, problems.map(tell));
  return { scenario, plan, notes };
}

/** What several hosts can't carry, of a study's largest size too. */
function notCarried(scenario: Scenario, plan: Plan): readonly Problem[] {
  const ofRun = notCarriedAcrossHosts(scenario, plan);
  if (scenario.capacity === null) return ofRun;
  const largest = deployedByStudy(scenario, scenario.capacity);
  const ofStudy = notCarriedAcrossHosts(largest.scenario, largest.plan)
    .filter(({ path }) => !ofRun.some((known) => shownPath(known.path) === shownPath(path)))
    .map(({ path, message }) => ({
      path: ['capacity', 'sizes'],
      message: `the largest is too much: ${shownPath(path)} ${message}`,
      at: 'key' as const,
    }));
  return [...ofRun, ...ofStudy];
}

async function loadPlaced(
  file: string,
  { seed, acrossHosts, ...options }: PlanOptions,
): Promise<Planned & Pick<ReadScenario, 'tell'>> {
  const { tell, ...read } = await readScenario(file, options).catch((error: unknown) => {
    throw error instanceof ScenarioInvalid && holdsSuite(file) ? isSuite(file, error) : error;
  });
  const scenario = seed === undefined ? read.scenario : { ...read.scenario, seed };
  try {
    return { scenario, plan: makePlan(scenario, { acrossHosts }), tell };
  } catch (error) {
    if (!(error instanceof PlanProblem)) throw error;
    throw invalid(file, [tell({ path: pathOf(error.source), message: error.problem, at: 'value' })]);
  }
}

/** A suite has all that a scenario has not, and nothing of what it has: one sentence says more than all of that. */
function isSuite(file: string, cause: ScenarioInvalid): TopolabError {
  return new TopolabError(`read scenario ${file}: this is a suite`, {
    code: 'scenario-is-suite',
    hint: `Write topolab suite ${file}, or name one of its scenarios.`,
    exitCode: ExitCode.usage,
    cause,
  });
}

/** `timeline[3]`, `groups.peers.churn`. */
function pathOf(source: string): ProblemPath {
  const index = /^timeline\[(\d+)\]$/.exec(source)?.[1];
  return index === undefined ? source.split('.') : ['timeline', Number(index)];
}
