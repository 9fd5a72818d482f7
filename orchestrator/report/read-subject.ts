// What `topolab compare` compares, read from folders: a run, several runs of a scenario (each a trial), or a study.
import { access, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { FailuresFolder } from '../failures/failures-folder.ts';
import type { Finding } from '../judge/finding.ts';
import { readingSaved } from '../record/folder/saved-documents.ts';
import { readRun, type SavedRun } from '../record/folder/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { SuiteFolder } from '../suite/suite-folder.ts';
import { holdsStudy, readStudy, type SavedStudy } from '../study/read-study.ts';
import {
  aboveRangeInStudy,
  type Metric,
  metricsOfRuns,
  metricsOfStudy,
  untoldInStudy,
} from './subject-metrics.ts';
import { hostsInWords } from './sections/hosts-list.ts';
import { collectFacts, type RunFacts } from './facts/run-facts.ts';

/** One side of a comparison. */
export interface Subject {
  readonly name: string;
  readonly kind: 'runs' | 'study';
  readonly folder: string;
  readonly scenario: Scenario;
  readonly metrics: readonly Metric[];
  /** Runs that count, or trials of the size with the fewest. */
  readonly trials: number;
  /** Runs that failed whatever became of their objectives: most users were not served, or the system did not do what the plan asked of it. */
  readonly failed: number;
  /** Titles of deciding figures that were asked for and could not be told. */
  readonly untold: readonly string[];
  /** Titles of capacities above the range that was searched. */
  readonly aboveRange: readonly string[];
  /** Runs without a verdict that can be trusted. */
  readonly leftOut: number;
  readonly host: NonNullable<RunFacts['started']>['host'] | null;
  /** All of them in words, where there are several. */
  readonly hosts?: string | undefined;
  readonly versions: Readonly<Record<string, string>>;
  /** Sentences: runs that were left out, runs that do not belong together. */
  readonly warnings: readonly string[];
}

/** Fails with `not-comparable` (exit 2) where the folder holds no run and no study, `not-a-folder` where there is none. */
export async function readSubject(path: string): Promise<Subject> {
  const folder = resolve(path);
  return await readingSaved(path, async () => subjectIn(path, folder));
}

async function subjectIn(path: string, folder: string): Promise<Subject> {
  if (await holdsStudy(folder)) return studySubject(await readStudy(folder));
  if (await exists(join(folder, 'scenario.json'))) return runsSubject(folder, [await readRun(folder)]);
  if ((await FailuresFolder.is(folder)) || (await SuiteFolder.is(folder))) {
    throw new TopolabError(
      `compare ${path}: its runs are of different kinds, so they are not trials of one thing`,
      {
        code: 'not-comparable',
        hint: 'Name single runs or studies within it. Its own report compares them.',
        exitCode: ExitCode.usage,
      },
    );
  }
  const inside = await readdir(folder).catch(() => []);
  const runs: SavedRun[] = [];
  for (const name of inside.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (await exists(join(folder, name, 'scenario.json'))) runs.push(await readRun(join(folder, name)));
  }
  if (runs.length > 0) return runsSubject(folder, runs);
  throw new TopolabError(`compare ${path}: it holds no run and no study`, {
    code: 'not-comparable',
    hint: 'Name the folder of a run, of a study, or one that holds several runs of the same scenario.',
    exitCode: ExitCode.usage,
  });
}

/** Runs without a verdict that can be trusted say nothing, and are left out with a warning. */
export function runsSubject(folder: string, runs: readonly SavedRun[]): Subject {
  const name = basename(folder);
  const all = runs.map((run) => ({ run, facts: collectFacts(run) }));
  const valid = all.filter(({ facts: { outcome } }) => outcome === 'pass' || outcome === 'fail');
  const [first] = valid.length > 0 ? valid : all;
  if (first === undefined) throw new RangeError('A subject needs at least one run.');
  const warnings = all
    .filter((each) => !valid.includes(each))
    .map(({ run, facts }) => `${name}: run ${run.id} is ${facts.outcome} and is left out.`);
  const others = new Set(
    valid.map(({ run }) => run.scenario.name).filter((each) => each !== first.run.scenario.name),
  );
  if (others.size > 0) {
    warnings.push(
      `${name}: its runs are of different scenarios (${[first.run.scenario.name, ...others].join(', ')}).`,
    );
  }
  const varied = variedIn(valid.map(({ run }) => run.scenario));
  if (varied.length > 0)
    warnings.push(
      `${name}: its runs have different values of ${varied.join(', ')}, and are no trials of the same: name the runs of one combination.`,
    );
  return {
    name,
    kind: 'runs',
    folder,
    scenario: first.run.scenario,
    metrics: metricsOfRuns(valid.map(({ run }) => run)),
    trials: valid.length,
    failed: valid.filter(({ run }) => failedByItself(run)).length,
    untold: [],
    aboveRange: [],
    leftOut: all.length - valid.length,
    host: first.facts.started?.host ?? null,
    hosts: hostsInWords(first.facts.started?.hosts),
    versions: first.facts.started?.versions ?? {},
    warnings,
  };
}

export function studySubject({ folder, description, answer }: SavedStudy): Subject {
  const name = basename(folder);
  const metrics = metricsOfStudy(answer);
  const missing = answer.sizes.filter(({ result }) => result.status !== 'found');
  return {
    name,
    kind: 'study',
    folder,
    scenario: description.scenario,
    metrics,
    trials: metrics.length === 0 ? 0 : Math.min(...metrics.map(({ values, never }) => values.length + never)),
    failed: 0,
    untold: untoldInStudy(answer),
    aboveRange: aboveRangeInStudy(answer),
    leftOut: 0,
    host: description.host,
    hosts: hostsInWords(description.hosts),
    versions: description.versions,
    warnings: missing.map(
      ({ name: size, result }) => `${name}: no capacity of ${size} (${result.status.replaceAll('-', ' ')}).`,
    ),
  };
}

/** Parameters that differ among scenarios, as in the folder of a sweep. */
function variedIn(scenarios: readonly Scenario[]): string[] {
  const names = new Set(scenarios.flatMap(({ parameters }) => Object.keys(parameters)));
  return [...names].filter(
    (name) => new Set(scenarios.map(({ parameters }) => String(parameters[name]))).size > 1,
  );
}

/** Of a run of an earlier version it is only known where no objective was missed. */
function failedByItself({ verdict }: SavedRun): boolean {
  if (verdict?.outcome !== 'fail') return false;
  const { objectives, findings = [] } = verdict;
  return (
    findings.some(({ code }) => BY_ITSELF.has(code)) || objectives.every(({ status }) => status === 'held')
  );
}

const BY_ITSELF: ReadonlySet<Finding['code']> = new Set([
  'mostly-failed',
  'changes-failed',
  'failed-by-script',
]);

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
