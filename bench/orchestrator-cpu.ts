// What observing and steering 40 nodes costs: CPU of the orchestrator's process, of the agent and of Prometheus; how long a run takes to
// come under way and to clean up.
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atMost, known } from './harness/judge-row.ts';
import { measuredRun } from './under-load/measure-run.ts';
import { coresBetween, meanOf, momentOf } from './under-load/run-figures.ts';

const nodes = 40;
const mostPercent = 3;
const percent = '% of a core';

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const { saved, cpu, spawnedMs, endedMs, loadBefore } = await measuredRun(context);
  const { events } = saved;
  const startedMs = momentOf(events, 'load-started');
  const cores = coresBetween(cpu, startedMs, momentOf(events, 'load-ended'));
  const observer = (name: string): BenchRow =>
    known({ name: `CPU of ${name}`, measured: meanOf(saved, 'observer-cpu', name) * 100, unit: percent });
  const load = `load average before ${loadBefore.toFixed(2)}`;
  const removal = 'remove containers';
  const removeMs = momentOf(events, 'step-finished', removal) - momentOf(events, 'step-started', removal);
  const seconds = (name: string, ms: number, note: string): BenchRow =>
    known({ name, measured: ms / 1000, unit: 's', note });
  return [
    atMost(
      {
        name: `CPU of the orchestrator with ${nodes} nodes`,
        measured: cores * 100,
        unit: percent,
        note: `while the load runs, two actions a second; ${load}`,
      },
      mostPercent,
    ),
    known({
      name: 'CPU of the orchestrator a node and minute',
      measured: (cores * 60 * 1000) / nodes,
      unit: 'ms',
    }),
    observer('agent'),
    observer('prometheus'),
    known({
      name: 'CPU of the orchestrator in the whole run',
      measured: cpu.at(-1)?.cpuSeconds ?? Number.NaN,
      unit: 's',
    }),
    seconds('from the command to the load', startedMs - spawnedMs, load),
    seconds('removal of all containers at the end', removeMs, `${nodes} nodes, generator, agent, Prometheus`),
    seconds(
      'from the end of the load to the end of the command',
      endedMs - momentOf(events, 'load-ended'),
      load,
    ),
  ];
}
