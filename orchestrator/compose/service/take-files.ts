// What lies in the containers of a service: volumes, files of this machine that are copied in, configs and secrets, and what is in memory.
import { posix } from 'node:path';
import { entriesOf, itemsOf, type Part, partAt, textOf } from '../file/part.ts';
import type { ProblemPath } from '../../scenario/text/problem.ts';
import { groupName } from './group-name.ts';
import { bytesOf, truthOf } from './quantities.ts';
import { lieOf, problem, remark, type Take, type Taking } from './taking.ts';

interface Mount {
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Of a file system in memory; undefined where it is not written. */
  readonly sizeBytes: number | undefined;
}

/** More than nodes mostly put there; it is the most that it may take, and takes only what is in it. */
const TMPFS_BYTES = 2 ** 30;

export const takeVolumes: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const at = [...path, index];
    const mount = item.kind === 'mapping' ? longMount(item) : shortMount(textOf(item));
    if (mount === undefined || mount.target === '')
      problem(
        taking,
        item,
        at,
        `${JSON.stringify(textOf(item))} names no place in the container; write for example ./conf:/etc/app, or data:/var/lib/data`,
      );
    else takeMount(mount, item, at, taking);
  }
};

function takeMount(mount: Mount, item: Part, at: ProblemPath, taking: Taking): void {
  const { draft } = taking;
  switch (mount.kind) {
    case 'bind':
      return copyIn(mount.source, mount.target, {}, item, at, taking);
    case 'tmpfs':
      return draft.set(['tmpfs', mount.target], `${mount.sizeBytes ?? TMPFS_BYTES}B`, item, at);
    case 'volume':
      // One without a name is each container's own, and begins as the image is there: as every folder of a container does.
      return mount.source === '' ? undefined : mountVolume(mount, item, at, taking);
    default:
      return remark(taking, item, at, `a mount of type ${mount.kind} is left out`);
  }
}

function mountVolume({ source, target, readOnly }: Mount, item: Part, at: ProblemPath, taking: Taking): void {
  const volumes = entriesOf(entriesOf(taking.project.root).get('volumes'));
  const volume = volumes.get(source);
  if (volume === undefined)
    return problem(
      taking,
      item,
      at,
      `there is no volume "${source}" under \`volumes\`; write it there, or ./${source} for a folder`,
    );
  if (truthOf(entriesOf(volume).get('external')))
    remark(
      taking,
      volume,
      ['volumes', source],
      'what an external volume holds is not touched: in a run it begins as the image has it',
    );
  taking.draft.set(
    ['volumes', target],
    { volume: groupName(source), ...(readOnly && { readOnly }) },
    item,
    at,
  );
}

/** `SOURCE:TARGET[:OPTIONS]`; a source that begins like a path is one. Undefined where it is none of that. */
function shortMount(text: string): Mount | undefined {
  const parts = text.split(':');
  if (parts.length > 3 || parts.some((part) => part === '')) return undefined;
  const [first = '', second, options = ''] = parts;
  const cleaned = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '');
  if (second === undefined)
    return { kind: 'volume', source: '', target: cleaned(first), readOnly: false, sizeBytes: undefined };
  const kind = /^[./~]/.test(first) ? 'bind' : 'volume';
  return {
    kind,
    source: first,
    target: cleaned(second),
    readOnly: options.split(',').includes('ro'),
    sizeBytes: undefined,
  };
}

function longMount(part: Part): Mount {
  const entries = entriesOf(part);
  return {
    kind: textOf(entries.get('type')),
    source: textOf(entries.get('source')),
    target: textOf(entries.get('target')),
    readOnly: truthOf(entries.get('read_only')),
    sizeBytes: bytesOf(entriesOf(entries.get('tmpfs')).get('size')),
  };
}

/** A file or folder of this machine. Compose shares it with the container; here each node gets a copy. */
function copyIn(
  source: string,
  target: string,
  settings: { readonly mode?: string; readonly owner?: string },
  item: Part,
  at: ProblemPath,
  taking: Taking,
): void {
  const { absolute, from, isOutside } = lieOf(source, item, taking);
  if (source.startsWith('~') || isOutside) return remark(taking, item, at, outsideAdvice(source, target));
  const lying = taking.project.surroundings.lyingAt(absolute);
  if (lying === undefined)
    return remark(
      taking,
      item,
      at,
      `nothing lies at ${source} that could be copied: ${target} is as the image has it`,
    );
  const { user, group } = lying.owner;
  const owner = settings.owner ?? (user === 0 && group === 0 ? undefined : `${user}:${group}`);
  taking.draft.set(['copy', target], { from, ...settings, ...(owner !== undefined && { owner }) }, item, at);
}

function outsideAdvice(source: string, target: string): string {
  if (source.endsWith('docker.sock'))
    return "the engine's socket is not given to nodes: whoever has it rules the host";
  return `${source} lies outside of the scenario's folder and is not copied: ${target} is as the image has it`;
}

export const takeTmpfs: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const [target = '', options = ''] = textOf(item).split(':');
    const size = /(?:^|,)size=([^,]+)/.exec(options)?.[1];
    const bytes =
      size === undefined ? undefined : bytesOf({ ...item, kind: 'scalar', value: size, source: size });
    taking.draft.set(['tmpfs', target], `${bytes ?? TMPFS_BYTES}B`, item, [...path, index]);
  }
};

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
    const key = name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
    const file = entriesOf(declared).get('file');
    const variable = entriesOf(declared).get('environment');
    if (file !== undefined) {
      const { from } = lieOf(textOf(file), file, taking);
      draft.set(['secrets', key], { file: from, path: target }, file, ['secrets', name, 'file']);
    } else if (variable !== undefined)
      draft.set(['secrets', key], { env: textOf(variable), path: target }, variable, [
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
