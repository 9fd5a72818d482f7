// What lies in the containers of a service: volumes, files of this machine that are copied in, and what is in memory.
import { posix } from 'node:path';
import { entriesOf, itemsOf, type Part, textOf } from '../file/part.ts';
import { isBelow } from '../../scenario/text/is-below.ts';
import type { ProblemPath } from '../../scenario/text/problem.ts';
import { groupName } from './group-name.ts';
import { bytesOf, truthOf } from './quantities.ts';
import { lieOf, problem, remark, remarkNotHonoured, type Take, type Taking } from './taking.ts';

interface Mount {
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Of a file system in memory; undefined where it is not written. */
  readonly sizeBytes: number | undefined;
  /** Of a volume: what it asks for and does not get. */
  readonly notHonoured: readonly (keyof typeof VOLUME_OPTIONS)[];
}

const VOLUME_OPTIONS = {
  nocopy: 'the volume begins as the image is there',
  subpath: 'the whole volume is there',
};

/** More than nodes mostly put there; it is the most that it may take, and takes only what is in it. */
const TMPFS_BYTES = 2 ** 30;

export const takeVolumes: Take = (part, path, taking) => {
  const nameless: string[] = [];
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
    // One without a name is each container's own, and begins as the image is there: as every folder of a container does.
    else if (mount.kind === 'volume' && mount.source === '') nameless.push(mount.target);
    else takeMount(mount, item, at, taking);
  }
  for (const target of nameless) keepInFolders(target, taking);
};

/** A volume within a folder of this machine shows what the image has there: `node_modules` in sources. */
function keepInFolders(target: string, { draft }: Taking): void {
  const copies = Object.entries<{ alone?: true; keep?: string[] }>(Object(draft.fields['copy']));
  const [around] = copies
    .filter(([folder, { alone }]) => alone === true && target !== folder && isBelow(target, folder))
    .toSorted(([one], [other]) => other.length - one.length);
  if (around !== undefined) (around[1].keep ??= []).push(posix.relative(around[0], target));
}

function takeMount(mount: Mount, item: Part, at: ProblemPath, taking: Taking): void {
  switch (mount.kind) {
    case 'bind':
      return copyIn(mount.source, mount.target, {}, item, at, taking);
    case 'tmpfs':
      return mountMemory(mount.target, mount.sizeBytes, item, at, taking);
    case 'volume':
      return mountVolume(mount, item, at, taking);
    default:
      return remark(taking, item, at, `a mount of type ${mount.kind} is left out`);
  }
}

/** The shared memory of every container is such a file system, too, with a size of its own. */
function mountMemory(
  target: string,
  sizeBytes: number | undefined,
  item: Part,
  at: ProblemPath,
  { draft }: Taking,
): void {
  const size = `${sizeBytes ?? TMPFS_BYTES}B`;
  draft.set(target === '/dev/shm' ? ['shm'] : ['tmpfs', target], size, item, at);
}

function mountVolume(
  { source, target, readOnly, notHonoured }: Mount,
  item: Part,
  at: ProblemPath,
  taking: Taking,
): void {
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
  const driver = entriesOf(volume).get('driver_opts');
  if (entriesOf(driver).size > 0)
    remarkNotHonoured(
      taking,
      driver ?? volume,
      ['volumes', source, 'driver_opts'],
      "in a run it is a volume of the engine's own, which begins as the image has it",
    );
  for (const option of notHonoured) remarkNotHonoured(taking, item, [...at, option], VOLUME_OPTIONS[option]);
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
  const [first = '', second, written = ''] = parts;
  const options = written.split(',');
  const nothing = { readOnly: false, sizeBytes: undefined, notHonoured: [] };
  if (second === undefined) return { ...nothing, kind: 'volume', source: '', target: cleaned(first) };
  return {
    ...nothing,
    kind: /^[./~]/.test(first) ? 'bind' : 'volume',
    source: first,
    target: cleaned(second),
    readOnly: options.includes('ro'),
    notHonoured: options.includes('nocopy') ? ['nocopy'] : [],
  };
}

function cleaned(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

function longMount(part: Part): Mount {
  const entries = entriesOf(part);
  const volume = entriesOf(entries.get('volume'));
  const target = textOf(entries.get('target'));
  return {
    kind: textOf(entries.get('type')),
    source: textOf(entries.get('source')),
    target: target === '' ? '' : cleaned(target),
    readOnly: truthOf(entries.get('read_only')),
    sizeBytes: bytesOf(entriesOf(entries.get('tmpfs')).get('size')),
    notHonoured: [
      ...(truthOf(volume.get('nocopy')) ? (['nocopy'] as const) : []),
      ...(textOf(volume.get('subpath')) === '' ? [] : (['subpath'] as const)),
    ],
  };
}

/** A file or folder of this machine. Compose shares it with the container; here each node gets a copy. */
export function copyIn(
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
  const isFolder = lying.kind === 'folder';
  taking.draft.set(
    ['copy', target],
    { from, ...settings, ...(owner !== undefined && { owner }), ...(isFolder && { alone: true }) },
    item,
    at,
  );
}

function outsideAdvice(source: string, target: string): string {
  if (source.endsWith('docker.sock'))
    return "nodes don't get the engine's socket: whoever has it controls the host";
  return `${source} lies outside of the scenario's folder and is not copied: ${target} is as the image has it`;
}

export const takeTmpfs: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const [target = '', options = ''] = textOf(item).split(':');
    const at = [...path, index];
    const size = /(?:^|,)size=([^,]+)/.exec(options)?.[1];
    const bytes =
      size === undefined ? undefined : bytesOf({ ...item, kind: 'scalar', value: size, source: size });
    mountMemory(cleaned(target), bytes, item, at, taking);
    if (options.split(',').includes('exec'))
      remark(taking, item, at, `exec is not honoured: no program runs from ${target}`);
  }
};
