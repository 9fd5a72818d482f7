// Runs the scenario of file sharing once, as a person would, and gives its saved run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRun, type SavedRun } from '../../orchestrator/record/run-folder.ts';

const program = fileURLToPath(new URL('../../orchestrator/main.ts', import.meta.url));
const scenario = fileURLToPath(new URL('../../scenarios/file-sharing.yaml', import.meta.url));

/** @param values of the scenario's parameters. Fails with the last lines of the command where it gave no verdict. */
export async function shareFile(
  values: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<SavedRun> {
  const runs = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const sets = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const args = [program, 'run', scenario, '--setup', '--no-live', '--runs', runs, ...sets];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const interrupt = (): boolean => child.kill('SIGINT');
    signal.addEventListener('abort', interrupt);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4000);
      });
    }
    const [exitCode] = (await once(child, 'close')) as [number | null];
    signal.removeEventListener('abort', interrupt);
    const [run] = await readdir(runs);
    if (run === undefined || exitCode === null || [1, 2, 130].includes(exitCode))
      throw new Error(`the run ended with exit code ${exitCode}:\n${output}`);
    // Awaited here, for the folder goes on the way out.
    return await readRun(join(runs, run));
  } finally {
    await rm(runs, { recursive: true });
  }
}
