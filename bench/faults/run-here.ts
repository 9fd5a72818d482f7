// A run within this process, for whoever listens to its events.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { prepareEnvironment } from '../../orchestrator/commands/prepare-engine.ts';
import { runReported } from '../../orchestrator/commands/run-reported.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';

export interface EndedRun {
  readonly events: readonly RunEvent[];
  /** Containers, networks and volumes that are still there. */
  readonly left: readonly string[];
}

/** Runs a scenario file and removes its folder. Fails where the run broke. */
export async function runHere(
  engine: Engine,
  file: string,
  signal: AbortSignal,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<EndedRun> {
  const scenario = await loadScenario(file);
  const progress = { setupStep: () => {}, imageStep: () => {}, note: () => {} };
  const prepared = await prepareEnvironment(engine, scenario, { setup: true, progress, signal });
  const { environment, versions } = prepared;
  const runsFolder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const { outcome, error, saved, folder } = await runReported({
      ...environment,
      versions,
      scenario,
      plan: makePlan(scenario),
      source: { name: 'scenario.source.yaml', text: await readFile(file, 'utf8') },
      runsFolder,
      onProgress: () => {},
      onEvent,
      signal,
      hurry: new AbortController().signal,
    });
    if (outcome !== 'completed') throw error;
    const { containers, networks, volumes } = await engine.list(basename(folder));
    return { events: saved.events, left: [...containers, ...networks, ...volumes].map(({ name }) => name) };
  } finally {
    await rm(runsFolder, { recursive: true });
  }
}
