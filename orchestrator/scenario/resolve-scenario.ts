// What people wrote → Scenario: checked as a whole, defaults filled in. Finds all problems, and only then gives up.
import { resolve } from 'node:path';
import type { Lying } from '../compose/service/taking.ts';
import { checkAccess, resolveAccess } from './access/check-access.ts';
import { applyParameters, type GivenValues } from './parameters/apply-parameters.ts';
import { applyCompose } from './apply-compose.ts';
import { resolveCapacity } from './capacity/resolve-capacity.ts';
import { checkChurn } from './groups/check-churn.ts';
import { checkPhases, checkTimeline } from './timeline/check-timeline.ts';
import type { Phase } from './timeline/timeline.ts';
import { lastingTimeline } from './check-completed.ts';
import { checkWritten, type Written } from './check-written.ts';
import { crossCheck } from './cross-check.ts';
import { toldWhereWritten, type WrittenElsewhere } from './text/elsewhere.ts';
import { append, type Problem, type ProblemPath, formatPath, type Report } from './text/problem.ts';
import { hidingParameters } from './parameters/secret-parameters.ts';
import type { BoundedText } from './text/read-bounded.ts';
import { resolveBetween } from './groups/distances.ts';
import { asBuilt } from './groups/as-built.ts';
import { resolveGroup } from './groups/resolve-group.ts';
import { inLaunchOrder } from './groups/launch-order.ts';
import type { Listed } from './text/list-files.ts';
import { withSectionsMeant } from './misspelt-sections.ts';
import { resolveRecords } from './records-schema.ts';
import { resolveLoad } from './load/resolve-load.ts';
import { resolveObjective } from './objectives/resolve-objective.ts';
import type { Objective } from './objectives/objective.ts';
import type { Scenario } from './scenario.ts';
import { STAND_IN_NAME } from './text/stand-in.ts';
import { writeDuration } from './text/units.ts';

export interface Surroundings {
  /** Folder of the scenario file; scripts are relative to it. */
  readonly baseDir: string;
  /** What is wrong with an absolute path as that of a file: `there is no such file`; undefined where nothing is. */
  readonly fileProblem: (path: string) => string | undefined;
  /** The files at an absolute path beside the scenario file, to be copied into nodes, without some below it. Default: there are none. */
  readonly listFiles?: (path: string, without?: readonly string[]) => Listed;
  /** Text of the file at an absolute path. Default: there are none. */
  readonly readText?: (path: string) => BoundedText;
  /** Of the environment of this process. Default: none is set. */
  readonly variable?: (name: string) => string | undefined;
  /** What lies at an absolute path; undefined where nothing does, or what may not be read. Default: nothing does. */
  readonly lyingAt?: (path: string) => Lying | undefined;
  /** How the value at a path is written where that is not how it reads: `1.10`. Default: as it reads. */
  readonly sourceAt?: (path: ProblemPath) => string | undefined;
  /** Values of parameters in place of their defaults, as text. */
  readonly set?: GivenValues;
}

export type Resolved =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      /** Which parts of it stand in other files. */
      readonly elsewhere: WrittenElsewhere;
    }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** Problems of given values: `--set nodes=500: …`. */
      readonly givenProblems: readonly string[];
    };

const noFiles = (): Listed => ({ ok: false, problem: 'there is no such file' });
const nothing = (): undefined => undefined;
const noText = (): BoundedText => ({ ok: false, problem: 'there is no such file', unreadable: true });

/** Never throws for anything people can write. */
export function resolveScenario(written: unknown, surroundings: Surroundings): Resolved {
  const { input, problems: misspelt, asWritten } = withSectionsMeant(written);
  const { set = {}, sourceAt } = surroundings;
  const applied = applyParameters(input, set, sourceAt && ((path) => sourceAt(asWritten(path))));
  const composed = applyCompose(applied.input, {
    baseDir: surroundings.baseDir,
    readText: surroundings.readText ?? noText,
    variable: surroundings.variable ?? nothing,
    lyingAt: surroundings.lyingAt ?? nothing,
  });
  const found: Problem[] = [...composed.problems];
  const scenario =
    composed.input === undefined ? undefined : resolvePlain(composed.input, surroundings, found);
  const others = [
    ...applied.problems,
    ...found
      .map((problem) => toldWhereWritten(problem, composed.elsewhere))
      .flatMap((problem) => (problem.elsewhere === undefined ? (applied.trace(problem) ?? []) : problem)),
  ];
  const hide = hidingParameters(Reflect.get(Object(input), 'parameters'), set);
  const problems = [
    ...misspelt,
    ...others.map((problem) => ({
      ...problem,
      path: problem.elsewhere === undefined ? asWritten(problem.path) : problem.path,
      message: hide(problem.message),
    })),
  ];
  if (scenario !== undefined && problems.length === 0 && applied.givenProblems.length === 0)
    return {
      ok: true,
      scenario: {
        ...scenario,
        ...(composed.notHonoured.length > 0 && { notHonoured: composed.notHonoured.map(hide) }),
        parameters: applied.values,
      },
      elsewhere: composed.elsewhere,
    };
  return { ok: false, problems, givenProblems: applied.givenProblems.map(hide) };
}

/** Without parameters. Undefined where not even a frame could be read. */
function resolvePlain(input: unknown, surroundings: Surroundings, problems: Problem[]): Scenario | undefined {
  const { written, problems: schemaProblems, replaced } = checkWritten(input);
  append(problems, schemaProblems);
  if (written === undefined) return undefined;
  const refused = new Set([...schemaProblems.map(({ path }) => path), ...replaced].map(formatPath));
  const report: Report = (path, message, at = 'value') => {
    // What the schema has refused already gets no second message, and what stands in for it none at all.
    if (!refused.has(formatPath(path)) && !(replaced.length > 0 && message.includes(STAND_IN_NAME)))
      problems.push({ path, message, at });
  };
  const groups = written.groups.map((entry) => asBuilt(entry, surroundings.baseDir, report));
  return resolveWritten({ ...written, groups }, surroundings, report);
}

function resolveWritten(
  written: Written,
  { baseDir, fileProblem, listFiles = noFiles, readText = noText }: Surroundings,
  report: Report,
): Scenario {
  const loads = written.loads.map((entry) => resolveLoad(entry.name, entry.value, baseDir));
  const scripts = new Map(loads.map((load) => [load.script, load.scriptPath]));
  const files = {
    scriptProblem: (script: string) => fileProblem(scripts.get(script) ?? script),
    listFiles: (path: string, without?: readonly string[]) => listFiles(resolve(baseDir, path), without),
  };
  crossCheck(written, files, report);

  checkAccess(written, report);
  const phases = checkPhases(written, loads, report);
  const durationMs = written.lengthKnown ? phases.at(-1)?.endMs : undefined;
  const traces = checkChurn(
    written,
    { durationMs, readTrace: (file) => readText(resolve(baseDir, file)) },
    report,
  );
  const between = resolveBetween(written.network.between);
  const groups = inLaunchOrder(
    written.groups.map(({ name, value }) =>
      resolveGroup(name, value, {
        written,
        durationMs: durationMs ?? 0,
        between,
        trace: traces.get(name) ?? null,
        baseDir,
      }),
    ),
  );
  return {
    name: written.name,
    description: written.description,
    seed: written.seed,
    durationMs: durationMs ?? 0,
    groups,
    ...(written.access !== undefined && { access: resolveAccess(written.access) }),
    loads,
    phases,
    timeline: checkTimeline({ ...written, timeline: lastingTimeline(written) }, groups, durationMs, report),
    objectives: resolveObjectives(written, written.lengthKnown ? phases : [], report),
    records:
      written.records === undefined ? null : resolveRecords(written.records, written, durationMs, report),
    network: { internet: written.network.internet, between },
    capacity: written.capacity === undefined ? null : resolveCapacity(written.capacity, written, report),
    parameters: {},
  };
}

/** Made-up names can be alike too: two bounds on one measure need names of their own. */
function resolveObjectives(written: Written, phases: readonly Phase[], report: Report): Objective[] {
  const durationMs = phases.at(-1)?.endMs;
  const seen = new Set<string>();
  return written.objectives.map(({ path, value }) => {
    const objective = resolveObjective(value);
    if (durationMs !== undefined && (value.unauthorised?.after ?? 0) >= durationMs)
      report(
        [...path, 'unauthorised', 'after'],
        `the run has ended by then, so that nothing would be counted; write less than ${writeDuration(durationMs)}`,
      );
    checkAbortBefore(objective, path, phases, report);
    if (seen.has(objective.name) && value.name === undefined) {
      report(path, `there is a "${objective.name}" already; give this one a \`name\``);
    }
    seen.add(objective.name);
    return objective;
  });
}

/** `phases`: empty where their length is not known. */
function checkAbortBefore(
  { phase, abort }: Objective,
  path: ProblemPath,
  phases: readonly Phase[],
  report: Report,
): void {
  const judged = phases.filter((each) => (phase === null ? each.warmUp !== true : each.name === phase));
  const [first] = judged;
  if (abort === undefined || first === undefined) return;
  const lastsMs = (judged.at(-1) ?? first).endMs - first.startMs;
  if (abort.afterMs >= lastsMs)
    report(
      [...path, 'abort', 'after'],
      `what it is about is over by then, so that it would end nothing; write less than ${writeDuration(lastsMs)}`,
    );
}
