// `topolab init --compose`: what a first scenario has to know of the services of a compose file.
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type ComposeGroups, composeGroups } from '../compose/compose-groups.ts';
import { parseEnvFile } from '../compose/file/env-file.ts';
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
  /** Chosen ones; none: those of COMPOSE_PROFILES. */
  readonly profiles: readonly string[];
  readonly groups: readonly string[];
  readonly entrances: ComposeGroups['entrances'];
  readonly notHonoured: readonly string[];
}

/** What `docker compose` reads where it is told of no file: those of COMPOSE_FILE, or the one in the folder with its override file. */
export function composeFilesIn(folder: string): readonly string[] {
  const named = variableIn(folder, 'COMPOSE_FILE');
  if (named !== undefined && named !== '')
    return named.split(variableIn(folder, 'COMPOSE_PATH_SEPARATOR') || delimiter);
  const isThere = (name: string): boolean => existsSync(join(folder, name));
  const file = NAMES.find(isThere);
  const override = OVERRIDES.find(isThere);
  return file === undefined ? [] : [file, ...(override === undefined ? [] : [override])];
}

const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Of the environment, or of the `.env` in the folder. */
function variableIn(folder: string, name: string): string | undefined {
  const { variable, readText } = projectSurroundings(resolve(folder));
  const read = readText(join(resolve(folder), '.env'));
  return (
    variable(name) ?? (read.ok ? parseEnvFile(read.text, { valueOf: variable }).values.get(name) : undefined)
  );
}

/**
 * `named`: compose files below the folder, later ones over earlier ones; true: what `docker compose` reads there.
 * @throws TopolabError `scenario-invalid` for one that is wrong, `init-answer-wrong` where there is none (exit code 2).
 */
export function composedSystem(
  folder: string,
  named: readonly string[] | true,
  profiles: readonly string[],
): ComposedSystem {
  const files = named === true ? composeFilesIn(folder) : named;
  const [file] = files;
  if (file === undefined)
    throw new TopolabError(`init in ${printable(folder)}: there is no compose file`, {
      code: 'init-answer-wrong',
      hint: 'Write --compose FILE.',
      exitCode: ExitCode.usage,
    });
  const request = { files, profiles, services: undefined };
  const read = composeGroups(request, projectSurroundings(resolve(folder)));
  if (read.problems.length > 0) throw invalid(join(folder, file), read.problems.map(toldOf), 'compose file');
  const { groups, entrances, remarks } = read;
  return { files, profiles, groups: Object.keys(groups), entrances, notHonoured: remarks.map(toldOf) };
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
