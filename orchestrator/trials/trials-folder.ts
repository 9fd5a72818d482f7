// The folder of repeated runs. Every trial is on disk as soon as it has ended, so that what was interrupted goes on there.
//
//   <root>/<id>/<description>   what is asked      trials.ndjson   every finished trial, one a line
//               <run>/          the run of a trial
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z, type ZodType } from 'zod';
import { ExitCode, TopolabError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { JsonLines } from '../record/folder/json-lines.ts';
import { refuseNewer } from '../record/folder/refuse-newer.ts';
import { parseDocument } from '../record/folder/saved-documents.ts';
import { writeWhole } from '../write-whole.ts';

/** All that is asked of a description before it is known whether it can be read. */
const versionDocument = z.looseObject({ schemaVersion: z.number().int().positive() });

/** What sets the folders of one kind of study apart. */
export interface TrialsKind<Study, Result> {
  /** File with what is asked: `failures.json`. */
  readonly description: string;
  /** In messages: `failure study`. */
  readonly what: string;
  /** `failures/<id>`. */
  readonly example: string;
  /** The form that this Topolab writes; it reads those up to it. */
  readonly version: number;
  readonly study: ZodType<Study>;
  readonly trial: ZodType<Result>;
}

export class TrialsFolder<Study, Result> {
  readonly path: string;
  readonly #kind: TrialsKind<Study, Result>;
  readonly #trials: JsonLines<Result>;

  constructor(path: string, kind: TrialsKind<Study, Result>) {
    this.path = path;
    this.#kind = kind;
    this.#trials = new JsonLines(join(path, 'trials.ndjson'), kind.trial);
  }

  /** Whether the folder at this path is one of this kind. */
  static async holds(path: string, { description }: { readonly description: string }): Promise<boolean> {
    return await access(join(path, description)).then(
      () => true,
      () => false,
    );
  }

  async begin(study: Study): Promise<void> {
    await makeFolder(this.path);
    await this.write(this.#kind.description, `${JSON.stringify(study, null, 2)}\n`);
  }

  /** @throws TopolabError `not-a-study`, `folder-newer`, `folder-damaged` (exit code 2). */
  async study(): Promise<Study> {
    const { description, what, example, version, study } = this.#kind;
    const path = join(this.path, description);
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new TopolabError(`read ${what} ${this.path}: it holds no ${description}`, {
        code: 'not-a-study',
        hint: `Name the folder of a ${what}, such as ${example}.`,
        exitCode: ExitCode.usage,
        cause,
      });
    });
    const { schemaVersion } = parseDocument(path, text, versionDocument);
    refuseNewer(path, schemaVersion, version);
    return parseDocument(path, text, study);
  }

  /** In the order in which they ended. */
  async trials(): Promise<Result[]> {
    return await this.#trials.read();
  }

  addTrial(trial: Result): void {
    this.#trials.add(trial);
  }

  /** Writes a file of the folder, whole or not at all. */
  async write(name: string, text: string): Promise<void> {
    await writeWhole(join(this.path, name), text);
  }
}
