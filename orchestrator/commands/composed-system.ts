// `topolab init --compose`: what a first scenario has to know of the services of a compose file.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ComposeGroups, composeGroups } from '../compose/compose-groups.ts';
import { groupName } from '../compose/service/group-name.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { printable, printableLine } from '../printable.ts';
import { invalid } from '../scenario/load-scenario.ts';
import { projectSurroundings } from '../scenario/resolve-beside.ts';
import { shownPath } from '../scenario/text/problem.ts';
import { instead } from '../scenario/text/suggest.ts';

export interface ComposedSystem {
  /** Later ones are written over earlier ones. */
  readonly files: readonly string[];
  readonly groups: readonly string[];
  readonly entrances: ComposeGroups['entrances'];
  readonly notHonoured: readonly string[];
}

/** The first of the names that `docker compose` looks for; undefined where none is there. */
export function composeFileIn(folder: string): string | undefined {
  return NAMES.find((name) => existsSync(join(folder, name)));
}

const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** What `docker compose` reads where it is told of no file. */
function filesIn(folder: string): string[] {
  const file = composeFileIn(folder);
  const override = OVERRIDES.find((name) => existsSync(join(folder, name)));
  return file === undefined ? [] : [file, ...(override === undefined ? [] : [override])];
}

/**
 * `named`: a compose file below the folder; true: the one that is there, with its override file.
 * @throws TopolabError `scenario-invalid` for one that is wrong, `init-answer-wrong` where there is none (exit code 2).
 */
export function composedSystem(folder: string, named: string | true): ComposedSystem {
  const files = named === true ? filesIn(folder) : [named];
  const [file] = files;
  if (file === undefined)
    throw new TopolabError(`init in ${printable(folder)}: there is no compose file`, {
      code: 'init-answer-wrong',
      hint: 'Write --compose FILE.',
      exitCode: ExitCode.usage,
    });
  const request = { files, profiles: [], services: undefined };
  const read = composeGroups(request, projectSurroundings(resolve(folder)));
  if (read.problems.length > 0) throw invalid(join(folder, file), read.problems.map(toldOf), 'compose file');
  const { groups, entrances, remarks } = read;
  return { files, groups: Object.keys(groups), entrances, notHonoured: remarks.map(toldOf) };
}

function toldOf({ place: { file, line, column, path }, message }: ComposeGroups['remarks'][number]): string {
  return `${file}:${line}:${column} ${path.length === 0 ? '' : `${shownPath(path)}: `}${message}`;
}

export function describeEntrances(entrances: ComposeGroups['entrances']): string {
  return entrances.map(({ group, port }) => `${group} on ${port}`).join(', ');
}

/** Of several services that publish a port only the user knows which one is asked. */
export function targetIn({ groups, entrances }: ComposedSystem, target: string | undefined): string {
  if (target !== undefined) {
    const group = groupName(target);
    if (groups.includes(group)) return group;
    throw wrong(`--target ${JSON.stringify(target)}: is no service; ${instead(target, groups)}`);
  }
  const [only, ...others] = entrances;
  if (only !== undefined && others.length === 0) return only.group;
  const message =
    only === undefined
      ? `no service publishes a port; write --target with one of ${groups.join(', ')}`
      : `several services publish a port: ${describeEntrances(entrances)}; write --target with the one that users ask`;
  throw wrong(`init: ${message}`);
}

function wrong(message: string): TopolabError {
  return new TopolabError(printableLine(message, 300), {
    code: 'init-answer-wrong',
    exitCode: ExitCode.usage,
  });
}
