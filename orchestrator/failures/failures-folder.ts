// The folder of a failure study. Every trial is on disk as soon as it has ended, so that a study that was interrupted goes on there.
//
//   failures/<id>/failures.json   what is studied      trials.ndjson   every finished trial, one a line
//                 <run>/          the run of a trial   report.html     losses.json
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, TopolabError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { withListsOfGroups } from '../record/folder/earlier-changes.ts';
import { JsonLines } from '../record/folder/json-lines.ts';
import { refuseNewer } from '../record/folder/refuse-newer.ts';
import { parseDocument, scenarioDocument } from '../record/folder/saved-documents.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { writeWhole } from '../write-whole.ts';
import type { TrialResult } from './trial.ts';

/** One combination of the values that the command varied. */
export interface Variant {
  readonly set: Readonly<Record<string, string>>;
  /** Undisturbed, as its control run runs it. */
  readonly scenario: Scenario;
}

/** Raised with every change after which earlier readers would misread a study. 2: a balancer's groups are a list. */
export const FAILURES_VERSION = 2;

/** The content of failures.json. */
export interface FailureStudy {
  readonly schemaVersion: number;
  readonly study: string;
  readonly startedAtMs: number;
  /** The scenario's file as the command named it. */
  readonly file: string;
  /** Most pairs of nodes that are killed at once, of each variant. */
  readonly mostPairs: number;
  /** Groups whose nodes are killed; null = all. */
  readonly groups: readonly string[] | null;
  readonly variants: readonly Variant[];
}

/** All that is asked of a study before it is known whether it can be read. */
const versionDocument = z.looseObject({ schemaVersion: z.number().int().positive() });

const studyDocument = versionDocument.extend({
  study: z.string().min(1),
  startedAtMs: z.number(),
  file: z.string(),
  mostPairs: z.number().int().nonnegative(),
  groups: z.array(z.string()).nullable(),
  variants: z.array(z.looseObject({ set: z.record(z.string(), z.string()), scenario: scenarioDocument })),
});

const figure = z.number().nullable();
const trialDocument = z.looseObject({
  variant: z.number().int().nonnegative(),
  killed: z.array(z.string()),
  attempt: z.union([z.literal(1), z.literal(2)]),
  folder: z.string(),
  tookMs: z.number(),
  invalid: z.array(z.string()),
  impact: z.looseObject({ recoveredAfterMs: figure, lost: z.number() }).nullable(),
  servedAtEnd: figure,
  missed: z.array(z.string()),
  sentBytesPerSecond: z.record(z.string(), z.number()),
});

const STUDY = 'failures.json';

export class FailuresFolder {
  readonly path: string;
  readonly #trials: JsonLines<TrialResult>;

  constructor(path: string) {
    this.path = path;
    this.#trials = new JsonLines(join(path, 'trials.ndjson'), trialDocument);
  }

  static async create(root: string, study: FailureStudy): Promise<FailuresFolder> {
    const folder = new FailuresFolder(join(root, study.study));
    await makeFolder(folder.path);
    await folder.write(STUDY, `${JSON.stringify(study, null, 2)}\n`);
    return folder;
  }

  /** Whether the folder at this path is one of a failure study. */
  static async is(path: string): Promise<boolean> {
    return await access(join(path, STUDY)).then(
      () => true,
      () => false,
    );
  }

  /** @throws TopolabError `not-a-failure-study`, `folder-newer`, `folder-damaged` (exit code 2). */
  async study(): Promise<FailureStudy> {
    const path = join(this.path, STUDY);
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new TopolabError(`read failure study ${this.path}: it holds no ${STUDY}`, {
        code: 'not-a-failure-study',
        hint: 'Name the folder of a failure study, such as failures/<id>.',
        exitCode: ExitCode.usage,
        cause,
      });
    });
    const { schemaVersion } = parseDocument(path, text, versionDocument) as FailureStudy;
    refuseNewer(path, schemaVersion, FAILURES_VERSION);
    const study = parseDocument(path, text, studyDocument) as FailureStudy;
    const variants = study.variants.map((variant) => ({
      ...variant,
      scenario: withListsOfGroups(variant.scenario),
    }));
    return { ...study, variants };
  }

  /** In the order in which they ended. */
  async trials(): Promise<TrialResult[]> {
    return await this.#trials.read();
  }

  addTrial(trial: TrialResult): void {
    this.#trials.add(trial);
  }

  /** Writes a file of the folder, whole or not at all. */
  async write(name: string, text: string): Promise<void> {
    await writeWhole(join(this.path, name), text);
  }
}
