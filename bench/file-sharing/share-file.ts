// Runs the scenario of file sharing once, as a person would, and gives its saved run.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { hasFailed, runTopolab } from '../harness/run-topolab.ts';

const scenario = fileURLToPath(new URL('../../scenarios/file-sharing.yaml', import.meta.url));

/** @param values of the scenario's parameters. Fails with the last lines of the command where it gave no verdict. */
export async function shareFile(
  values: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<SavedRun> {
  const runs = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const sets = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const args = ['run', scenario, '--setup', '--no-live', '--runs', runs, ...sets];
    const ended = await runTopolab(args, { signal });
    const [run] = await readdir(runs);
    if (run === undefined || hasFailed(ended))
      throw new Error(`the run ended with exit code ${ended.exitCode}:\n${ended.output}`);
    // Awaited here, for the folder goes on the way out.
    return await readRun(join(runs, run));
  } finally {
    await rm(runs, { recursive: true });
  }
}
