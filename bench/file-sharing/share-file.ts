// Runs the scenario of file sharing once, as a person would, and gives its saved run.
import { fileURLToPath } from 'node:url';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runOnce, type Values } from '../harness/run-once.ts';

const scenario = fileURLToPath(new URL('../../scenarios/file-sharing.yaml', import.meta.url));

/** @param values of the scenario's parameters. Fails with the last lines of the command where it gave no verdict. */
export async function shareFile(values: Values, signal: AbortSignal): Promise<SavedRun> {
  return await runOnce(scenario, values, signal, readRun);
}
