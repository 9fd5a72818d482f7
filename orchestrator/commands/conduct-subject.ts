// One trial of a suite: a run, or a study of its own within the suite's folder.
import { basename } from 'node:path';
import { ExitCode } from '../errors.ts';
import { beginFailures } from '../failures/begin-failures.ts';
import { exitCodeOf } from '../failures/exit-code.ts';
import { runFailures } from '../failures/run-failures.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { RunOptions } from '../run/options/run-options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { madeSource } from '../secrets/without-secrets.ts';
import { askedScenario } from '../study/asked-scenario.ts';
import { runStudy } from '../study/run-study.ts';
import { studyExitCode } from '../study/study-exit-code.ts';
import type { TrialCommand } from '../suite/figures/results.ts';
import type { Conducted } from '../suite/run-suite.ts';
import { beginStudy, concludeStudy } from './capacity.ts';
import type { TrialSession } from './conduct-trials.ts';
import { writeReports } from './failures.ts';
import { runReported } from './run-reported.ts';

export interface SubjectOptions {
  /** With its secrets. */
  readonly scenario: Scenario;
  /** How the suite names it. */
  readonly named: { readonly file: string; readonly set: Readonly<Record<string, string>> };
  readonly environment: TrialSession['environments'][number];
  readonly session: TrialSession;
  /** Of the suite: what a trial makes lies in it. */
  readonly folder: string;
  /** Which cell it is for, as Prometheus is told. */
  readonly place: NonNullable<RunOptions['place']>;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Throws when the signal aborts, and what is left on the engine: it would disturb the next trial. */
export const CONDUCT: Readonly<Record<TrialCommand, (options: SubjectOptions) => Promise<Conducted>>> = {
  run: conductRun,
  failures: conductFailures,
  capacity: conductCapacity,
};

async function conductRun(options: SubjectOptions): Promise<Conducted> {
  const { scenario, named, environment, session, folder, place, signal, hurry } = options;
  const result = await runReported({
    ...environment,
    scenario,
    plan: makePlan(scenario, { acrossHosts: environment.hosts.length > 1 }),
    source: madeSource(scenario),
    namedAs: named,
    place,
    runsFolder: folder,
    versions: session.versions,
    onEvent: () => {},
    onProgress: () => {},
    signal,
    hurry,
  });
  signal.throwIfAborted();
  if (result.left !== undefined) throw result.left;
  const { exitCode, report } = result;
  const why = report.reasons[0] ?? `The run ended with exit code ${exitCode}.`;
  return conducted(result.folder, exitCode, why);
}

async function conductFailures(options: SubjectOptions): Promise<Conducted> {
  const { scenario, named, environment, session, place, signal, hurry } = options;
  const { folder, study } = await beginFailures(options.folder, {
    name: scenario.name,
    file: named.file,
    mostPairs: 0,
    groups: null,
    variants: [{ set: named.set, scenario }],
  });
  await runFailures({
    environments: [environment],
    versions: session.versions,
    folder,
    study,
    run: async (run) => await runReported({ ...run, place }),
    onProgress: () => {},
    signal,
    hurry,
  });
  const saved = await writeReports(folder.path, {});
  const why = saved.variants[0]?.unsteady[0] ?? 'Nothing can be concluded from its runs.';
  return conducted(folder.path, exitCodeOf(saved), why);
}

async function conductCapacity(options: SubjectOptions): Promise<Conducted> {
  const { named, environment, session, signal } = options;
  const scenario = askedScenario(options.scenario);
  const { capacity: question } = scenario;
  if (question === null) throw new Error('a suite studies only the capacity of scenarios that ask for it');
  const asked = { scenario, question, source: named };
  const made = { versions: session.versions, images: environment.images };
  const folder = await beginStudy(asked, environment, made, options.folder);
  const results = await runStudy({
    ...environment,
    study: basename(folder.path),
    scenario,
    question,
    folder,
    onProgress: () => {},
    warn: (message) => session.progress.note(`warning: ${message}`),
    signal,
  });
  const exitCode = studyExitCode(await concludeStudy(folder, asked, results, { failureCheck: null }));
  return conducted(folder.path, exitCode, 'The capacity of a size was not found.');
}

/**
 * An objective that was missed, or a target that is out of reach, is a result like any other.
 * @param why nothing can be concluded from it, if its exit code says so.
 */
function conducted(path: string, exitCode: number, why: string): Conducted {
  const counts = exitCode === ExitCode.pass || exitCode === ExitCode.missed;
  return { folder: basename(path), exitCode, invalid: counts ? [] : [why] };
}
