// Runs a scenario file within this process, for whoever looks into the run while it lasts: container tests, sabotages, benchmarks.
import { readFile } from 'node:fs/promises';
import { hostOfEngine } from '../../orchestrator/cluster/host.ts';
import { prepareEnvironment } from '../../orchestrator/commands/prepare-engine.ts';
import { runReported } from '../../orchestrator/commands/run-reported.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import type { RunOptions } from '../../orchestrator/run/options/run-options.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';

export interface RunFileOptions extends Partial<Pick<RunOptions, 'onProgress' | 'onEvent' | 'place'>> {
  /** Where the run's folder is made. */
  readonly runsFolder: string;
  /** Values for the scenario's parameters. Default: none. */
  readonly set?: Readonly<Record<string, string>>;
  /** Interrupts the run. */
  readonly signal: AbortSignal;
}

/** Fails where the scenario is refused; how the run ended is in the result. */
export async function runFile(
  engine: Engine,
  file: string,
  { set = {}, signal, ...options }: RunFileOptions,
): Promise<RunResult> {
  const scenario = await loadScenario(file, { set });
  const progress = { setupStep: () => {}, imageStep: () => {}, note: () => {} };
  const prepared = await prepareEnvironment({ hosts: [hostOfEngine(engine)] }, scenario, {
    setup: true,
    progress,
    signal,
  });
  const { environment, versions } = prepared;
  return await runReported({
    ...environment,
    versions,
    scenario,
    plan: makePlan(scenario),
    source: { name: 'scenario.source.yaml', text: await readFile(file, 'utf8') },
    onProgress: () => {},
    onEvent: () => {},
    ...options,
    signal,
    hurry: new AbortController().signal,
  });
}
