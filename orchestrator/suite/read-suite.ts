// A suite that was run, read back from its folder: what its reports are made from.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chart, makeChart, type ReadTrial } from './chart.ts';
import { RESULTS, type TrialCommand } from './figures/results.ts';
import type { SuiteFolder, SuiteRun, SuiteTrialResult } from './suite-folder.ts';

export interface SavedSuite {
  readonly folder: string;
  readonly run: SuiteRun;
  /** In the order in which they ended. */
  readonly trials: readonly SuiteTrialResult[];
  readonly chart: Chart;
}

/** A trial whose result can't be read is kept, and counts as one that says nothing. */
export async function readSuite(folder: SuiteFolder): Promise<SavedSuite> {
  const run = await folder.study();
  const trials = await folder.trials();
  const commands = new Map(run.suite.scenarios.map(({ name, command }) => [name, command]));
  const read = await Promise.all(
    trials.map(async (trial) => await readTrial(folder.path, trial, commands.get(trial.scenario) ?? 'run')),
  );
  return { folder: folder.path, run, trials: read, chart: makeChart(run, read) };
}

async function readTrial(path: string, trial: SuiteTrialResult, command: TrialCommand): Promise<ReadTrial> {
  if (trial.folder === null) return { ...trial, result: undefined };
  const { file, read } = RESULTS[command];
  try {
    const place = join(path, trial.folder, file);
    return { ...trial, result: read(place, await readFile(place, 'utf8')) };
  } catch {
    const invalid = trial.invalid.length > 0 ? trial.invalid : [`${trial.folder}/${file} can’t be read.`];
    return { ...trial, invalid, result: undefined };
  }
}
