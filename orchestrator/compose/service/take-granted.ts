// What a service is granted of the sections `configs` and `secrets`: files of its containers.
import { posix } from 'node:path';
import { parseEnvFile } from '../file/env-file.ts';
import { entriesOf, itemsOf, type Part, partAt, textOf } from '../file/part.ts';
import type { ProblemPath } from '../../scenario/text/problem.ts';
import { copyIn } from './take-files.ts';
import { lieOf, problem, remark, type Take, type Taking } from './taking.ts';

/** An entry of `configs` or `secrets` of a service, and what the section of the same name says of it. */
interface Granted {
  readonly name: string;
  readonly declared: Part;
  readonly target: string;
  readonly mode: string | undefined;
  readonly owner: string | undefined;
}

function granted(
  section: 'configs' | 'secrets',
  item: Part,
  at: ProblemPath,
  taking: Taking,
): Granted | undefined {
  const entries = entriesOf(item);
  const name = item.kind === 'mapping' ? textOf(entries.get('source')) : textOf(item);
  const declared = partAt(taking.project.root, [section, name]);
  if (declared === undefined) {
    problem(taking, item, at, `there is nothing named "${name}" under \`${section}\`; write it there`);
    return undefined;
  }
  const folder = section === 'secrets' ? '/run/secrets' : '/';
  const target = textOf(entries.get('target')) || name;
  const [uid, gid] = [textOf(entries.get('uid')), textOf(entries.get('gid'))];
  const mode = textOf(entries.get('mode')).replace(/^0o/, '');
  return {
    name,
    declared,
    target: target.startsWith('/') ? target : posix.join(folder, target),
    mode: mode === '' ? undefined : mode,
    owner: uid === '' && gid === '' ? undefined : `${uid || '0'}:${gid || '0'}`,
  };
}

export const takeConfigs: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const at = [...path, index];
    const grant = granted('configs', item, at, taking);
    if (grant === undefined) continue;
    const { declared, target, mode, owner, name } = grant;
    const entries = entriesOf(declared);
    const settings = { ...(mode !== undefined && { mode }), ...(owner !== undefined && { owner }) };
    const file = entries.get('file');
    const variable = entries.get('environment');
    const content = variable === undefined ? entries.get('content') : variable;
    if (file !== undefined) copyIn(textOf(file), target, settings, file, ['configs', name, 'file'], taking);
    else if (content === undefined)
      remark(
        taking,
        declared,
        ['configs', name],
        'its content is not known here: an external config is left out',
      );
    else {
      const text =
        variable === undefined ? textOf(content) : (taking.project.valueOf(textOf(variable)) ?? '');
      taking.draft.set(['copy', target], { text, ...settings }, item, at);
    }
  }
};

export const takeSecrets: Take = (part, path, taking) => {
  const { draft } = taking;
  for (const [index, item] of itemsOf(part).entries()) {
    const at = [...path, index];
    const grant = granted('secrets', item, at, taking);
    if (grant === undefined) continue;
    const { declared, target, name } = grant;
    if (grant.mode !== undefined || grant.owner !== undefined)
      remark(taking, item, at, 'its uid, gid and mode are not set: everybody in the container may read it');
    const key = name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
    const file = entriesOf(declared).get('file');
    const variable = entriesOf(declared).get('environment');
    if (file !== undefined) {
      const { from } = lieOf(textOf(file), file, taking);
      draft.set(['secrets', key], { file: from, path: target }, file, ['secrets', name, 'file']);
    } else if (variable !== undefined)
      draft.set(['secrets', key], { ...placeOf(variable, taking), path: target }, variable, [
        'secrets',
        name,
        'environment',
      ]);
    else
      remark(
        taking,
        declared,
        ['secrets', name],
        'its content is not known here: an external secret is left out',
      );
  }
};

/** Where the value of a variable is when a run starts: in the environment or, where that has none, in .env. */
function placeOf(variable: Part, taking: Taking): Readonly<Record<string, string>> {
  const name = textOf(variable);
  const { readText, variable: valueOf } = taking.project.surroundings;
  const { absolute, from } = lieOf('.env', variable, taking);
  const file = valueOf(name) === undefined ? readText(absolute) : undefined;
  const isThere = file?.ok === true && parseEnvFile(file.text, { valueOf }).values.has(name);
  return isThere ? { file: from, variable: name } : { env: name };
}
