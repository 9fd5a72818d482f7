// A sweep's folder: which runs it was made of. Its report is made from this and the folders of the runs.
//
//   runs/sweep-<id>/sweep.json   the runs in their order      report.html   report.json
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../make-folder.ts';
import { writeWhole } from '../../write-whole.ts';
import type { RunOutcome } from '../event.ts';
import { documentOf, parseDocument } from './saved-documents.ts';
import { readRun, type SavedRun } from './run-folder.ts';

export interface SweptRun {
  /** The `--set` values of this run. */
  readonly set: Readonly<Record<string, string>>;
  /** Which repetition of these values, from 1; absent from sweeps that repeat none. */
  readonly trial?: number;
  /** Relative to the sweep's folder. */
  readonly folder: string;
  readonly outcome: RunOutcome;
  readonly exitCode: number;
}

/** The content of sweep.json. */
export interface Sweep {
  readonly schemaVersion: 1;
  readonly sweep: string;
  /** The scenario's file as the command named it. */
  readonly file: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Runs that the command asked for; more than `runs` where it was interrupted, or there was no time for all of them. */
  readonly planned: number;
  /** The time that there was for all of them, milliseconds; absent = as long as it takes. */
  readonly withinMs?: number;
  /** The combinations of values as they were given; absent from sweeps of earlier versions, whose runs stand in that order. */
  readonly combinations?: readonly Readonly<Record<string, string>>[];
  readonly runs: readonly SweptRun[];
}

export interface SavedSweep extends Sweep {
  readonly path: string;
  /** In the order of `runs`; undefined where its folder can't be read (any more). */
  readonly saved: readonly (SavedRun | undefined)[];
}

const sweepDocument = documentOf<Sweep>(
  z.looseObject({
    sweep: z.string().min(1).max(500),
    file: z.string(),
    startedAt: z.string(),
    planned: z.number().int().nonnegative(),
    combinations: z.array(z.record(z.string(), z.string())).optional(),
    runs: z.array(
      z.looseObject({
        set: z.record(z.string(), z.string()),
        trial: z.number().int().positive().optional(),
        folder: z.string(),
        outcome: z.enum(['completed', 'interrupted', 'broken']),
        exitCode: z.number(),
      }),
    ),
  }),
);

const NAME = 'sweep.json';

/** Writes after every run, so that a sweep that was killed has a report too. */
export class SweepFolder {
  readonly path: string;
  #sweep: Sweep;

  private constructor(path: string, sweep: Sweep) {
    this.path = path;
    this.#sweep = sweep;
  }

  static async create(root: string, sweep: Omit<Sweep, 'schemaVersion' | 'runs'>): Promise<SweepFolder> {
    const path = resolve(root, sweep.sweep);
    await makeFolder(path);
    const folder = new SweepFolder(path, { schemaVersion: 1, ...sweep, runs: [] });
    await folder.#write();
    return folder;
  }

  /** `folder` of the run: absolute, or relative to the current folder. */
  async add(run: SweptRun): Promise<void> {
    const folder = relative(this.path, resolve(run.folder));
    this.#sweep = { ...this.#sweep, runs: [...this.#sweep.runs, { ...run, folder }] };
    await this.#write();
  }

  async #write(): Promise<void> {
    await writeWhole(join(this.path, NAME), `${JSON.stringify(this.#sweep, null, 2)}\n`);
  }
}

/** undefined where the folder is not one of a sweep. Fails with `folder-damaged` where what it holds can't be read. */
export async function readSweep(path: string): Promise<SavedSweep | undefined> {
  const text = await readFile(join(path, NAME), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const sweep = parseDocument(join(path, NAME), text, sweepDocument);
  const saved = await Promise.all(
    sweep.runs.map(({ folder }) => readRun(join(path, folder)).catch(() => undefined)),
  );
  return { ...sweep, path, saved };
}

/** Writes the sweep's reports, for people and for programs, each whole or not at all. */
export async function writeSweepReport(
  path: string,
  { html, json }: { readonly html: string; readonly json: unknown },
): Promise<void> {
  await writeWhole(join(path, 'report.html'), html);
  await writeWhole(join(path, 'report.json'), `${JSON.stringify(json, null, 2)}\n`);
}
