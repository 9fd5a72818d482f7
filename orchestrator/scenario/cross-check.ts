// Second half of the check: what only shows when entries are held against each other, such as names that don't exist.
import type { NamedEntry } from './text/entry.ts';
import type { Written } from './check-written.ts';
import { checkLoadUser } from './access/check-access.ts';
import { FILES_PATH, hasFilesDisk } from './groups/disk-of.ts';
import { checkImages } from './check-images.ts';
import { checkEnrolment } from './check-enrolment.ts';
import { checkCompleted } from './check-completed.ts';
import { checkObjectives } from './check-objectives.ts';
import { checkContainer, type ListFiles } from './groups/check-container.ts';
import { checkAfter } from './groups/launch-order.ts';
import { checkGroupName } from './groups/check-group-name.ts';
import { checkBetween } from './groups/distances.ts';
import type { ProblemPath, Report } from './text/problem.ts';
import type { CheckedGroup } from './groups/group-schema.ts';
import { checkStays } from './groups/check-stays.ts';
import type { CheckedLoad } from './load/load-schema.ts';
import { versionOf } from './groups/resolve-program.ts';
import { isForeign, isOwnProgram, manyNodedRoles, roleOf, targetRoles } from './groups/role-of.ts';
import { namedProblem } from './text/read-bounded.ts';
import { MOST_NODES } from './text/run-bounds.ts';

/** Names of nodes that every run has beside the scenario's own. */
const RESERVED_NAMES = ['agent', 'canary', 'prometheus', 'grafana', 'topolab', 'localhost'];

/** What is looked at of the files that a scenario names. */
export interface NamedFiles {
  /** What is wrong with a script's path; undefined where nothing is. */
  readonly scriptProblem: (script: string) => string | undefined;
  readonly listFiles: ListFiles;
}

/** Holds groups, network, loads and objectives against each other; the timeline has check-timeline.ts. */
export function crossCheck(written: Written, files: NamedFiles, report: Report): void {
  if (written.known.groups.length === 0) report(['groups'], 'has no group; write at least one', 'key');
  for (const entry of written.groups) checkGroup(entry, written, files.listFiles, report);
  checkAfter(written, report);
  checkCompleted(written, report);
  for (const entry of written.loads) checkLoad(entry, written, files.scriptProblem, report);
  checkBetween(written.network.between, ['network', 'between'], written, report);
  checkEnrolment(written, report);
  checkEvents(written, report);
  checkImages(written, report);
  checkTotal(written, report);
  checkObjectives(written, report);
}

/** At the start, at the largest size of a capacity question; what joins later is counted as the plan is made. */
function checkTotal({ groups, loads, capacity }: Written, report: Report): void {
  const largest = (name: string): number =>
    capacity?.sizes.group === name ? Math.max(0, ...(capacity.sizes.replicas ?? [])) : 0;
  const nodes = groups.reduce((sum, { name, value }) => sum + Math.max(value.replicas, largest(name)), 0);
  const generators = loads.reduce((sum, { value }) => sum + value.generators, 0);
  if (nodes + generators <= MOST_NODES) return;
  const message = `have ${nodes} nodes at the start, with ${generators} generators ${nodes + generators}; a run may have ${MOST_NODES}: write fewer`;
  report(['groups'], message, 'key');
}

function checkGroup(
  { name, path, value: group }: NamedEntry<CheckedGroup>,
  written: Written,
  listFiles: ListFiles,
  report: Report,
): void {
  checkNodeName(name, path, written, report);
  checkContainer(group, path, listFiles, report);
  checkSecrets(group, isOwnProgram(group), path, report);
  checkHanded(group.env, [...(group.entrypoint ?? []), ...(group.command ?? [])], path, report);
  roleOf(group).check({ path, value: group }, written, report);
  if (group.disk?.path === FILES_PATH && hasFilesDisk(group))
    report([...path, 'disk'], `its nodes have a disk there already, for their files; leave it out`, 'key');
  for (const [secret, { path: file }] of Object.entries(group.secrets))
    if (group.disk !== undefined && file?.startsWith(`${group.disk.path}/`))
      report(
        [...path, 'secrets', secret, 'path'],
        `is on the \`disk\`, which is empty at the start; write a path outside ${group.disk.path}`,
      );
  if (versionOf(group) > 1 && isForeign(group))
    report([...path, 'version'], "only Topolab's own program has it; leave out this or `image`", 'key');
  if (group.ready?.log !== undefined) {
    const problem = regexProblem(group.ready.log);
    if (problem !== undefined) report([...path, 'ready', 'log'], `is not a regular expression: ${problem}`);
  }
}

/** Linux gives a program a quarter of its stack for both together, mostly 2 MiB; the image's own variables and the secrets need some of it. */
const MOST_HANDED_BYTES = 2 ** 20;

function checkHanded(
  env: Readonly<Record<string, string>>,
  command: readonly string[],
  path: ProblemPath,
  report: Report,
): void {
  const texts = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  if (bytes <= MOST_HANDED_BYTES) return;
  const message = `holds, with the command, ${Math.ceil(bytes / 1024)} KiB; a program can be handed ${MOST_HANDED_BYTES / 1024} KiB: write less`;
  report([...path, Object.keys(env).length > 0 ? 'env' : 'command'], message, 'key');
}

function checkSecrets(
  { env, secrets }: Pick<CheckedGroup | CheckedLoad, 'env' | 'secrets'>,
  ownProgram: boolean,
  path: ProblemPath,
  report: Report,
): void {
  for (const [name, { path: file }] of Object.entries(secrets)) {
    if (file === undefined && name in env)
      report([...path, 'secrets', name], 'stands in `env` too; write it in one of them', 'key');
    if (file !== undefined && ownProgram)
      report(
        [...path, 'secrets', name, 'path'],
        "is only for images of your own; Topolab's read no files",
        'key',
      );
  }
}

/** Only after a switch does anybody look for them. */
function checkEvents({ records, timeline }: Written, report: Report): void {
  if (records === undefined || records.events === 0) return;
  if (!timeline.some(({ value }) => value.switch !== undefined))
    report(
      ['records', 'events'],
      'are looked for after each `switch`, but there is none; leave it out',
      'key',
    );
}

/** Nodes are called `<group>-<number>` and generators `<load>-<number>`; none may be taken for another. */
function checkNodeName(
  name: string,
  path: readonly (string | number)[],
  written: Written,
  report: Report,
): void {
  if (RESERVED_NAMES.includes(name))
    report(path, 'is the name of a part of every run or host; choose another', 'key');
  if (/^\d+$/.test(name))
    report(path, 'is a number, which a network reads as an address; choose a name with a letter', 'key');
  const load = /^(.*)-k6(?:-\d+)?$/.exec(name)?.[1];
  if (load !== undefined && written.known.loads.includes(load))
    report(path, `is what the generators of load "${load}" are called; choose another`, 'key');
  const others = [...written.known.groups, ...written.known.loads];
  const base = /^(.*)-\d+$/.exec(name)?.[1];
  if (base !== undefined && others.includes(base)) {
    report(
      path,
      `could be taken for a node of "${base}"; choose a name that does not end in a number`,
      'key',
    );
  }
}

function checkLoad(
  { name, path, value: load }: NamedEntry<CheckedLoad>,
  written: Written,
  fileProblem: (script: string) => string | undefined,
  report: Report,
): void {
  checkNodeName(name, path, written, report);
  checkSecrets(load, false, path, report);
  checkHanded(load.env, [], path, report);
  if (written.known.groups.includes(name)) report(path, 'is also the name of a group; choose another', 'key');
  checkTarget(load, path, written, report);
  checkLoadUser(load, path, written, report);
  const problem = fileProblem(load.script);
  if (problem !== undefined) {
    const advice = 'write the path of a k6 script, relative to the scenario file';
    report([...path, 'script'], `${namedProblem(load.script, problem)}; ${advice}`);
  }
  checkScriptEnv(load, path, report);
  if (load.model === 'script' || load.model === 'each-node') return;
  if (load.stages.every((stage) => stage.duration === 0)) {
    report([...path, 'stages'], 'takes no time; write a duration above 0s for at least one stage');
  }
  if (load.model === 'open' && load.maxVirtualUsers < load.generators) {
    const message = `is less than the ${load.generators} generators; write ${load.generators} or more`;
    report([...path, 'maxVirtualUsers'], message);
  }
}

/** Variables by which k6 itself is configured, or that Topolab sets, would silently change or lose what the scenario says. */
function checkScriptEnv(load: CheckedLoad, path: ProblemPath, report: Report): void {
  const named = [
    ...Object.keys(load.env).map((name) => ['env', name] as const),
    ...Object.keys(load.secrets ?? {}).map((name) => ['secrets', name] as const),
  ];
  for (const [field, name] of named) {
    if (/^K6_/i.test(name)) {
      report(
        [...path, field, name],
        'configures k6 itself; write how much load there is under `model`, and other k6 options in the `options` of the script',
        'key',
      );
    } else if (['BASE_URL', 'NODES', 'NODE_URLS'].includes(name)) {
      report(
        [...path, field, name],
        'is set to the addresses of `target`; name the group there, or choose another variable',
        'key',
      );
    }
  }
}

function checkTarget(load: CheckedLoad, path: ProblemPath, written: Written, report: Report): void {
  const fitting =
    load.model === 'each-node' ? targetRoles.filter((role) => manyNodedRoles.includes(role)) : targetRoles;
  checkGroupName(load.target, fitting, [...path, 'target'], written, report);
  checkStays(load.target, [...path, 'target'], written, report);
  const target = written.groups.find(({ name }) => name === load.target)?.value;
  if (
    target !== undefined &&
    fitting.includes(target.role) &&
    target.port === undefined &&
    target.ready?.completed !== true
  )
    report([...path, 'target'], `"${load.target}" has no \`port\` to which requests could go; give it one`);
  if (load.model !== 'each-node' || target === undefined || !fitting.includes(target.role)) return;
  if (target.replicas === 0)
    report([...path, 'target'], `"${load.target}" has no node at the start; give it \`replicas\``);
  else if (load.generators > target.replicas)
    report(
      [...path, 'generators'],
      `is more than the ${target.replicas} nodes; write ${target.replicas} or less`,
    );
}

function regexProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
