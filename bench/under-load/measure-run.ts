// Runs the 40-node scenario once, as a person would, in a process of its own; several benchmarks read the same run.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import type { BenchContext } from '../benchmark.ts';
import { hasFailed, runTopolab } from '../harness/run-topolab.ts';

/** CPU seconds that the orchestrator had used by then. */
export interface CpuSample {
  readonly atMs: number;
  readonly cpuSeconds: number;
}

export interface MeasuredRun {
  readonly saved: SavedRun;
  readonly cpu: readonly CpuSample[];
  /** When the command was given and when it had ended, milliseconds since 1970. */
  readonly spawnedMs: number;
  readonly endedMs: number;
  /** Load average of the last minute when the command was given. */
  readonly loadBefore: number;
}

const sampler = new URL('sample-cpu.ts', import.meta.url).href;
const scenario = fileURLToPath(new URL('forty-nodes.yaml', import.meta.url));

let measured: Promise<MeasuredRun> | undefined;

/** The same run for all who ask in this process. */
export function measuredRun(context: BenchContext): Promise<MeasuredRun> {
  measured ??= measureRun(context);
  return measured;
}

async function measureRun(context: BenchContext): Promise<MeasuredRun> {
  const folder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    return await context.alone(() => runIn(folder, context));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runIn(folder: string, { signal, say }: BenchContext): Promise<MeasuredRun> {
  say('  a run of 40 nodes, about two minutes');
  const cpuFile = join(folder, 'cpu.json');
  const runs = join(folder, 'runs');
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const spawnedMs = Date.now();
  const ended = await runTopolab(['run', scenario, '--setup', '--no-live', '--runs', runs], {
    signal,
    // TOPOLAB_BENCH_NODE_OPTIONS, such as --cpu-prof, is for looking into a figure that is too high.
    nodeOptions: [...(process.env.TOPOLAB_BENCH_NODE_OPTIONS?.split(' ') ?? []), '--import', sampler],
    env: { TOPOLAB_BENCH_CPU: cpuFile },
  });
  const endedMs = Date.now();
  const [run] = await readdir(runs).catch(() => []);
  if (run === undefined || hasFailed(ended)) {
    throw new Error(`the run ended with exit code ${ended.exitCode}:\n${ended.output}`);
  }
  const cpu = JSON.parse(await readFile(cpuFile, 'utf8')) as CpuSample[];
  return { saved: await readRun(join(runs, run)), cpu, spawnedMs, endedMs, loadBefore };
}
