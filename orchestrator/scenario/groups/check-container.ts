// The containers of a group held against its image and against themselves: can what is asked for be made?
import { MOST_COPIED_BYTES } from '../text/file-bounds.ts';
import type { Listed } from '../text/list-files.ts';
import { isBelow } from '../text/is-below.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { within } from './alone-folders.ts';
import type { CheckedContainer } from './container-schema.ts';
import type { CheckedGroup } from './group-schema.ts';
import { isOwnProgram } from './role-of.ts';

/** What means nothing to Topolab's own programs: their containers can't be written to, and run as nobody. */
const OF_OTHER_IMAGES = ['entrypoint', 'user', 'workdir', 'copy', 'volumes', 'tmpfs', 'stopSignal'] as const;

/** The files at a path beside the scenario file. `without`: paths below it that are left out. */
export type ListFiles = (from: string, without?: readonly string[]) => Listed;

export function checkContainer(
  group: CheckedGroup,
  path: ProblemPath,
  listFiles: ListFiles,
  report: Report,
): void {
  if (isOwnProgram(group))
    for (const field of OF_OTHER_IMAGES)
      if (isWritten(group[field]))
        report([...path, field], 'is only for images of your own; leave it out, or write an `image`', 'key');
  const mounts = mountsOf(group);
  checkDistinctMounts(mounts, path, report);
  let bytes = 0;
  for (const [target, copied] of Object.entries(group.copy)) {
    const at = [...path, 'copy', target];
    checkCopiedTo(target, mounts, at, report);
    const alone = aloneOf(copied);
    const others = mounts.map((mount) => mount.path);
    const without = alone === undefined ? [] : [...within(target, others), ...alone.keep];
    const listed = copied.from === undefined ? undefined : listFiles(copied.from, without);
    if (listed?.ok === false) report(at, listed.problem);
    if (listed?.ok === true) bytes += listed.bytes;
    if (alone !== undefined && listed?.ok === true && listed.files.some((file) => file.path === ''))
      report([...at, 'alone'], 'is about a folder, and this is a file; leave it out');
  }
  if (bytes > MOST_COPIED_BYTES)
    report(
      [...path, 'copy'],
      `comes to more than ${MOST_COPIED_BYTES / 2 ** 20}MiB; put some of it into an image`,
      'key',
    );
}

interface Mount {
  readonly path: string;
  readonly field: readonly [string, ...string[]];
  readonly kind: 'memory' | 'read-only' | 'volume';
}

function aloneOf(copied: CheckedContainer['copy'][string]): { readonly keep: readonly string[] } | undefined {
  return 'alone' in copied && copied.alone === true ? { keep: copied.keep ?? [] } : undefined;
}

function mountsOf({ disk, tmpfs, volumes, copy }: CheckedGroup): readonly Mount[] {
  return [
    ...Object.entries(copy).flatMap(([path, copied]) =>
      aloneOf(copied) === undefined ? [] : [{ path, field: ['copy', path], kind: 'volume' } as const],
    ),
    ...(disk === undefined ? [] : [{ path: disk.path, field: ['disk'], kind: 'memory' } as const]),
    ...Object.keys(tmpfs).map((path) => ({ path, field: ['tmpfs', path], kind: 'memory' }) as const),
    ...Object.entries(volumes).map(
      ([path, { readOnly }]) =>
        ({ path, field: ['volumes', path], kind: readOnly ? 'read-only' : 'volume' }) as const,
    ),
  ];
}

function checkDistinctMounts(mounts: readonly Mount[], path: ProblemPath, report: Report): void {
  for (const [index, { path: target, field }] of mounts.entries()) {
    const other = mounts.slice(0, index).find((each) => each.path === target);
    if (other !== undefined)
      report([...path, ...field], `is where \`${other.field[0]}\` is already; write one of them`, 'key');
  }
}

function checkCopiedTo(target: string, mounts: readonly Mount[], at: ProblemPath, report: Report): void {
  const [mount] = mounts
    .filter((each) => isBelow(target, each.path))
    .toSorted((a, b) => b.path.length - a.path.length);
  if (mount?.kind === 'memory')
    report(
      at,
      `is on \`${mount.field[0]}\`, which is empty at the start; write a path outside ${mount.path}`,
      'key',
    );
  if (mount?.kind === 'read-only')
    report(
      at,
      'is on a volume that its nodes can only read; leave out `readOnly`, or write another path',
      'key',
    );
}

function isWritten(value: CheckedContainer[(typeof OF_OTHER_IMAGES)[number]]): boolean {
  return value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0);
}
