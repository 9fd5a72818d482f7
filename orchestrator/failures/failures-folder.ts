// The folder of a failure study. Every trial is on disk as soon as it has ended, so that a study that was interrupted goes on there.
//
//   failures/<id>/failures.json   what is studied      trials.ndjson   every finished trial, one a line
//                 <run>/          the run of a trial   report.html     losses.json
import { join } from 'node:path';
import { z } from 'zod';
import { withListsOfGroups } from '../record/folder/earlier-changes.ts';
import { documentOf, scenarioDocument } from '../record/folder/saved-documents.ts';
import { type SwarmChoice, swarmChoiceDocument } from '../record/swarm-choice.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { TrialsFolder, type TrialsKind } from '../trials/trials-folder.ts';
import type { TrialResult } from './trial.ts';

/** One combination of the values that the command varied. */
export interface Variant {
  readonly set: Readonly<Record<string, string>>;
  /** Undisturbed, as its control run runs it. */
  readonly scenario: Scenario;
}

/**
 * Raised with every change after which earlier readers would misread a study. 2: a balancer's groups are a list. 3: a trial may be the loss of a
 * host.
 */
export const FAILURES_VERSION = 3;

/** The content of failures.json. */
export interface FailureStudy {
  readonly schemaVersion: number;
  readonly study: string;
  readonly startedAtMs: number;
  /** The scenario's file as the command named it. */
  readonly file: string;
  /** Most pairs of nodes that are killed at once, of each variant. */
  readonly mostPairs: number;
  /** The time that there was for all runs, milliseconds; absent = as long as it takes. */
  readonly withinMs?: number;
  /** Groups whose nodes are killed; null = all. */
  readonly groups: readonly string[] | null;
  readonly swarm?: SwarmChoice;
  readonly variants: readonly Variant[];
}

const studyDocument = documentOf<FailureStudy>(
  z.looseObject({
    study: z.string().min(1),
    startedAtMs: z.number(),
    file: z.string(),
    mostPairs: z.number().int().nonnegative(),
    groups: z.array(z.string()).nullable(),
    swarm: swarmChoiceDocument,
    variants: z.array(z.looseObject({ set: z.record(z.string(), z.string()), scenario: scenarioDocument })),
  }),
);

const figure = z.number().nullable();
const trialDocument = documentOf<TrialResult>(
  z.looseObject({
    variant: z.number().int().nonnegative(),
    killed: z.array(z.string()),
    host: z.string().optional(),
    hosts: z.record(z.string(), z.string()).optional(),
    attempt: z.union([z.literal(1), z.literal(2)]),
    folder: z.string(),
    tookMs: z.number(),
    invalid: z.array(z.string()),
    impact: z.looseObject({ recoveredAfterMs: figure, lost: z.number() }).nullable(),
    servedAtEnd: figure,
    missed: z.array(z.string()),
    sentBytesPerSecond: z.record(z.string(), z.number()),
  }),
);

const FAILURES: TrialsKind<FailureStudy, TrialResult> = {
  description: 'failures.json',
  what: 'failure study',
  example: 'failures/<id>',
  version: FAILURES_VERSION,
  study: studyDocument,
  trial: trialDocument,
};

export class FailuresFolder extends TrialsFolder<FailureStudy, TrialResult> {
  constructor(path: string) {
    super(path, FAILURES);
  }

  static async create(root: string, study: FailureStudy): Promise<FailuresFolder> {
    const folder = new FailuresFolder(join(root, study.study));
    await folder.begin(study);
    return folder;
  }

  /** Whether the folder at this path is one of a failure study. */
  static async is(path: string): Promise<boolean> {
    return await TrialsFolder.holds(path, FAILURES);
  }

  override async study(): Promise<FailureStudy> {
    const study = await super.study();
    const variants = study.variants.map((variant) => ({
      ...variant,
      scenario: withListsOfGroups(variant.scenario),
    }));
    return { ...study, variants };
  }
}
