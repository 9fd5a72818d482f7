// What a node that shares files goes by, of what its environment says.
import type { fileSharing } from '../contract/common-variables.ts';
import type { ValuesOf } from '../contract/environment.ts';

export interface FileSettings {
  readonly node: string;
  /** Name → bytes: the files of the run. */
  readonly files: Readonly<Record<string, number>>;
  /** Whether this node holds all of them from the start. */
  readonly seeder: boolean;
  readonly discovery: 'directory' | 'broadcast';
  /** Host of the tracker; undefined with `broadcast`. */
  readonly tracker: string | undefined;
  /** `http://host:port` of servers that hold the files too; undefined where only peers do. */
  readonly webSeed: string | undefined;
  /** Where files lie. */
  readonly folder: string;
  /** A download in which nothing has come for this long is given up. */
  readonly stallMs: number;
  /** Most connections to other peers at once. */
  readonly neighbours: number;
}

export function fileSettings(
  told: ValuesOf<typeof fileSharing> & { readonly node: string },
  webSeed: string | undefined,
): FileSettings {
  const { node, files, seeder, tracker } = told;
  return {
    node,
    files,
    seeder,
    discovery: tracker === undefined ? 'broadcast' : 'directory',
    tracker,
    webSeed,
    folder: told.filesFolder,
    stallMs: told.fetchStallMs,
    neighbours: told.swarmNeighbours,
  };
}
