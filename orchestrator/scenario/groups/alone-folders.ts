// Folders that are copied into a node and take the place of what its image has there: what is mounted within them, or stays as the image has it,
// is not copied. Pure.
import { posix } from 'node:path';
import { isBelow } from '../text/is-below.ts';
import type { ContainerSettings, Copy, Disk } from './group-common.ts';

export interface AloneFolder {
  readonly path: string;
  readonly owner: Copy['owner'];
  /** Paths in the node, within it. */
  readonly kept: readonly string[];
}

export function aloneFolders({ copies }: Pick<ContainerSettings, 'copies'>): readonly AloneFolder[] {
  return copies.flatMap((copy) =>
    copy.kind === 'file' && copy.alone !== undefined
      ? [
          {
            path: copy.path,
            owner: copy.owner,
            kept: copy.alone.kept.map((below) => posix.join(copy.path, below)),
          },
        ]
      : [],
  );
}

/** Where something else than its image's files is in a node. */
export function mountedIn(container: ContainerSettings, disk: Disk | null): readonly string[] {
  const { volumes, tmpfs } = container;
  const alone = aloneFolders(container);
  return [
    ...[...volumes, ...tmpfs, ...alone, ...(disk === null ? [] : [disk])].map(({ path }) => path),
    ...alone.flatMap(({ kept }) => kept),
  ];
}

/** Of these places in a node those within a folder, as paths below it. */
export function within(folder: string, places: readonly string[]): readonly string[] {
  return places
    .filter((path) => path !== folder && isBelow(path, folder))
    .map((path) => posix.relative(folder, path));
}
