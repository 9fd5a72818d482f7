// The folder of a suite that was run: what was asked, every trial as soon as it has ended, and the chart.
//
//   charts/<id>/suite.json   what is asked, with the scenario of each cell      trials.ndjson   every finished trial, one a line
//               <run>/       the run of a trial                                 report.html   chart.json   chart.csv   chart.md
import { join } from 'node:path';
import { z } from 'zod';
import { documentOf, scenarioDocument } from '../record/folder/saved-documents.ts';
import { type SwarmChoice, swarmChoiceDocument } from '../record/swarm-choice.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { TrialsFolder, type TrialsKind } from '../trials/trials-folder.ts';
import { FIGURE_UNITS } from './figures/figure-unit.ts';
import type { Suite } from './suite.ts';

/** What fills one column for one scenario of the suite. */
export interface SuiteSubject {
  /** Name of the scenario in the suite. */
  readonly scenario: string;
  readonly column: string;
  readonly trials: number;
  /** As it is run, without secrets. */
  readonly resolved: Scenario;
}

/** Raised with every change after which earlier readers would misread a suite. */
export const SUITE_VERSION = 1;

/** The content of suite.json. */
export interface SuiteRun {
  readonly schemaVersion: number;
  readonly id: string;
  readonly startedAtMs: number;
  /** The suite's file as the command named it. */
  readonly file: string;
  readonly quick: boolean;
  /** The time that there was for all trials, milliseconds; absent = as long as it takes. */
  readonly withinMs?: number;
  readonly swarm?: SwarmChoice;
  readonly suite: Suite;
  /** In the order of scenarios and columns. */
  readonly subjects: readonly SuiteSubject[];
}

/** What is asked of a trial. */
export interface SuiteTrial {
  readonly scenario: string;
  readonly column: string;
  /** From 1. */
  readonly trial: number;
  /** 2 where the first one had no valid measurement. */
  readonly attempt: 1 | 2;
}

/** One line of trials.ndjson. */
export interface SuiteTrialResult extends SuiteTrial {
  /** Of the run or study, relative to the suite's folder; null where none came about. */
  readonly folder: string | null;
  /** As the command for this alone would have ended. */
  readonly exitCode: number;
  /** Why nothing can be concluded from it; empty = its figures count. An objective that was missed is no reason. */
  readonly invalid: readonly string[];
  readonly startedAtMs: number;
  readonly tookMs: number;
}

const suiteDocument = z.looseObject({
  name: z.string(),
  description: z.string(),
  seed: z.number(),
  columns: z.looseObject({ parameter: z.string(), values: z.array(z.string()).min(1) }),
  currency: z.string(),
  scenarios: z.array(
    z.looseObject({
      name: z.string(),
      file: z.string(),
      command: z.enum(['run', 'failures', 'capacity']),
      trials: z.number(),
      columns: z.array(
        z.looseObject({
          column: z.string(),
          set: z.record(z.string(), z.string()),
          notMeasured: z.string().nullable(),
        }),
      ),
    }),
  ),
  rows: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string(),
      notMeasured: z.string().nullable(),
      figures: z.array(
        z.looseObject({
          name: z.string(),
          scenario: z.string(),
          terms: z.array(z.looseObject({ path: z.string(), factor: z.number() })),
          dividedBy: z.looseObject({ scenario: z.string(), path: z.string() }).nullable(),
          missing: z.string().nullable(),
          unit: z.enum(FIGURE_UNITS),
          better: z.enum(['lower', 'higher']),
        }),
      ),
    }),
  ),
  assumptions: z.array(z.string()),
});

const runDocument = documentOf<SuiteRun>(
  z.looseObject({
    id: z.string().min(1),
    startedAtMs: z.number(),
    file: z.string(),
    quick: z.boolean(),
    swarm: swarmChoiceDocument,
    suite: suiteDocument,
    subjects: z.array(
      z.looseObject({
        scenario: z.string(),
        column: z.string(),
        trials: z.number().int().positive(),
        resolved: scenarioDocument,
      }),
    ),
  }),
);

const trialDocument = documentOf<SuiteTrialResult>(
  z.looseObject({
    scenario: z.string(),
    column: z.string(),
    trial: z.number().int().positive(),
    attempt: z.union([z.literal(1), z.literal(2)]),
    folder: z.string().nullable(),
    exitCode: z.number(),
    invalid: z.array(z.string()),
    startedAtMs: z.number(),
    tookMs: z.number(),
  }),
);

const SUITE: TrialsKind<SuiteRun, SuiteTrialResult> = {
  description: 'suite.json',
  what: 'suite',
  example: 'charts/<id>',
  version: SUITE_VERSION,
  study: runDocument,
  trial: trialDocument,
};

export class SuiteFolder extends TrialsFolder<SuiteRun, SuiteTrialResult> {
  constructor(path: string) {
    super(path, SUITE);
  }

  static async create(root: string, run: SuiteRun): Promise<SuiteFolder> {
    const folder = new SuiteFolder(join(root, run.id));
    await folder.begin(run);
    return folder;
  }

  /** Whether the folder at this path is one of a suite. */
  static async is(path: string): Promise<boolean> {
    return await TrialsFolder.holds(path, SUITE);
  }
}
