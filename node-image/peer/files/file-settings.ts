// What a node that shares files is told by its environment. docs/reference/user-interface.md lists the variables.
import type { EnvReader } from '../../env.ts';
import { filesIn } from '../../server/server-settings.ts';

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

/** Reads FILES, SEEDER, TRACKER, FILES_FOLDER, FETCH_STALL_MS, SWARM_NEIGHBOURS; faults go to the reader. */
export function fileSettings(reader: EnvReader, node: string, webSeed: string | undefined): FileSettings {
  const files = filesIn(reader);
  for (const name of Object.keys(files)) {
    if (isFileName(name)) continue;
    reader.fault(
      `FILES: '${name}' can't be the name of a file on disk: write one without '/', 255 bytes at most`,
    );
  }
  const tracker = reader.text('TRACKER');
  return {
    node,
    files,
    seeder: reader.text('SEEDER') === '1',
    discovery: tracker === undefined ? 'broadcast' : 'directory',
    tracker,
    webSeed,
    folder: reader.text('FILES_FOLDER') ?? '/tmp/files',
    stallMs: reader.number('FETCH_STALL_MS', { default: 30_000, min: 100, max: 3_600_000 }),
    neighbours: reader.number('SWARM_NEIGHBOURS', { default: 24, min: 1, max: 1000, whole: true }),
  };
}

function isFileName(name: string): boolean {
  return !name.includes('/') && name !== '.' && name !== '..' && Buffer.byteLength(name) <= 255;
}
