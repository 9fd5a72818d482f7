// Runs a scenario once, as a person would, for what stands in its folder. Nothing of it stays.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportJson } from '../../orchestrator/report/facts/report-json.ts';
import { hasFailed, runTopolab } from './run-topolab.ts';

/** Of a scenario's parameters. */
export type Values = Readonly<Record<string, string | number>>;

/** As `--set` on the command line. */
export function settings(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
}

/** @param read is called with the run's folder. Fails with the last lines of the command where it gave no verdict. */
export async function runOnce<Result>(
  scenario: string,
  values: Values,
  signal: AbortSignal,
  read: (folder: string) => Promise<Result>,
): Promise<Result> {
  const args = ['run', scenario, '--setup', '--no-live', ...settings(values), '--runs'];
  return await inOwnFolder(args, signal, read);
}

/** Its report.json. */
export async function readReport(folder: string): Promise<ReportJson> {
  return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as ReportJson;
}

/** @param args of the program. The last is the flag that says in which folder results are put. */
export async function inOwnFolder<Result>(
  args: readonly string[],
  signal: AbortSignal,
  read: (folder: string) => Promise<Result>,
): Promise<Result> {
  const own = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const ended = await runTopolab([...args, own], { signal });
    const [result] = await readdir(own);
    if (result === undefined || hasFailed(ended))
      throw new Error(`topolab ${args[0]} ended with exit code ${ended.exitCode}:\n${ended.output}`);
    // Awaited here, for the folder goes on the way out.
    return await read(join(own, result));
  } finally {
    await rm(own, { recursive: true });
  }
}
