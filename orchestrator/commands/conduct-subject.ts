// One trial of a suite: a run, or a study of its own within the suite's folder.
import { basename } from 'node:path';
import { ExitCode, type TopolabError } from '../errors.ts';
import { exitCodeOf } from '../failures/exit-code.ts';
import { FAILURES_VERSION, FailuresFolder, type FailureStudy } from '../failures/failures-folder.ts';
import { runFailures } from '../failures/run-failures.ts';
import { makePlan } from '../plan/make-plan.ts';
import { makeRunId } from '../run/run-id.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
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

async function conductRun({
  scenario,
  named,
  environment,
  session,
  ...options
}: SubjectOptions): Promise<Conducted> {
  const { folder, place, signal, hurry } = options;
  const result = await runReported({
    ...environment,
    scenario,
    plan: makePlan(scenario),
    source: { name: 'scenario.source.json', text: JSON.stringify(withoutSecrets(scenario), null, 2) },
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
  throwLeft(result.left);
  const { exitCode, report } = result;
  const why = report.reasons[0] ?? `The run ended with exit code ${exitCode}.`;
  return { folder: basename(result.folder), exitCode, invalid: counts(exitCode) ? [] : [why] };
}

async function conductFailures({
  scenario,
  named,
  environment,
  session,
  ...options
}: SubjectOptions): Promise<Conducted> {
  const { signal, hurry } = options;
  const study: FailureStudy = {
    schemaVersion: FAILURES_VERSION,
    study: makeRunId(scenario.name, new Date()),
    startedAtMs: Date.now(),
    file: named.file,
    mostPairs: 0,
    groups: null,
    variants: [{ set: named.set, scenario: withoutSecrets(scenario) }],
  };
  const folder = await FailuresFolder.create(options.folder, study);
  await runFailures({
    environments: [environment],
    versions: session.versions,
    folder,
    study,
    run: async (run) => await runReported({ ...run, place: options.place }),
    onProgress: () => {},
    signal,
    hurry,
  });
  const saved = await writeReports(folder.path, {});
  const exitCode = exitCodeOf(saved);
  const [variant] = saved.variants;
  const why = variant?.unsteady[0] ?? 'Nothing can be concluded from its runs.';
  return { folder: basename(folder.path), exitCode, invalid: counts(exitCode) ? [] : [why] };
}

async function conductCapacity({
  scenario,
  named,
  environment,
  session,
  ...options
}: SubjectOptions): Promise<Conducted> {
  const { capacity: question } = scenario;
  if (question === null) throw new Error('a suite studies only the capacity of scenarios that ask for it');
  const asked = { scenario, question, source: named };
  const made = { versions: session.versions, images: environment.images };
  const folder = await beginStudy(asked, session.engine, made, options.folder);
  const results = await runStudy({
    ...environment,
    study: basename(folder.path),
    scenario,
    question,
    folder,
    onProgress: () => {},
    warn: (message) => session.progress.note(`warning: ${message}`),
    signal: options.signal,
  });
  const exitCode = studyExitCode(await concludeStudy(folder, asked, results, null));
  const why = 'The capacity of a size was not found.';
  return { folder: basename(folder.path), exitCode, invalid: counts(exitCode) ? [] : [why] };
}

/** An objective that was missed, or a target that is out of reach, is a result like any other. */
function counts(exitCode: number): boolean {
  return exitCode === ExitCode.pass || exitCode === ExitCode.missed;
}

function throwLeft(left: TopolabError | undefined): void {
  if (left !== undefined) throw left;
}
