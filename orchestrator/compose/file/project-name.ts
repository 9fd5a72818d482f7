// What `COMPOSE_PROJECT_NAME` stands for in compose files where nobody has set it: the name that `docker compose` would give the project.
import { basename } from 'node:path';
import { readYaml } from '../../scenario/text/read-yaml.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { mergeTags } from './part.ts';
import type { Surroundings } from './read-part.ts';

export const PROJECT_NAME = 'COMPOSE_PROJECT_NAME';

/**
 * `name:` of the last file that has one, else that of the project's folder.
 * @param files absolute paths, those that are written over others last.
 * @param valueOf what other variables stand for.
 */
export function projectName(
  files: readonly string[],
  folder: string,
  valueOf: Variables['valueOf'],
  { readText }: Pick<Surroundings, 'readText'>,
): string {
  for (const file of files.toReversed()) {
    const read = readText(file);
    const data: unknown = read.ok ? readYaml(read.text, mergeTags).data : undefined;
    const written: unknown = Reflect.get(Object(data), 'name');
    const name = typeof written === 'string' ? interpolate(written, { valueOf }) : undefined;
    if (name?.ok === true && name.text !== '') return name.text;
  }
  return basename(folder)
    .toLowerCase()
    .replaceAll(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');
}
