// What the orchestrator itself needs for many nodes: the largest plan, and whole runs of up to 10,000 nodes on an engine in memory. Needs neither
// containers nor a quiet machine: figures are of CPU time and memory, each of a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchContext, BenchRow } from './benchmark.ts';
import type { PlanCost, SimulatedRun } from './scale/costs.ts';
import { planRows, scaleRows, sizeRows } from './scale/scale-rows.ts';

const sizes = [100, 250, 500, 1000, 10_000];
/** A simulated run goes on for half a minute, and is collected and reported after that. */
const WITHIN_MS = 600_000;

export async function run({
  say,
  signal,
}: Pick<BenchContext, 'say' | 'signal'>): Promise<readonly BenchRow[]> {
  const plan = await told<PlanCost>('largest-plan.ts', [], signal);
  const runs: SimulatedRun[] = [];
  for (const nodes of sizes) {
    const run = await told<SimulatedRun>('simulated-run.ts', [String(nodes)], signal);
    const { outcome, error, left, stages } = run;
    if (outcome !== 'completed' || left > 0)
      throw new Error(`the run of ${nodes} nodes: ${outcome}, ${left} containers left; ${error ?? ''}`);
    const cpu = stages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    say(`  ${nodes} nodes, ${run.actions} actions: ${cpu.toFixed(1)} s of CPU in all`);
    runs.push(run);
  }
  const largest = runs.at(-1);
  return [...planRows(plan), ...scaleRows(runs), ...(largest === undefined ? [] : sizeRows(largest))];
}

/** What a program of the folder tells of itself. */
async function told<Cost>(program: string, args: readonly string[], signal: AbortSignal): Promise<Cost> {
  const file = fileURLToPath(new URL(`scale/${program}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    signal,
    timeout: WITHIN_MS,
  });
  return JSON.parse(stdout) as Cost;
}
