// Runs a scenario of the fixtures within the test's own process, for tests that look into the run while it lasts.
import { readFile } from 'node:fs/promises';
import { prepareEnvironment } from '../../orchestrator/commands/prepare-engine.ts';
import { runReported } from '../../orchestrator/commands/run-reported.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import type { RunOptions } from '../../orchestrator/run/run-options.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import { fixture, temporaryFolder } from './topolab.ts';

type Follower = Pick<RunOptions, 'onProgress' | 'onEvent' | 'place'>;

const nobody: Follower = { onProgress: () => {}, onEvent: () => {} };

export async function runFixture(
  engine: Engine,
  name: string,
  follower: Follower = nobody,
  set: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const file = fixture(name);
  const scenario = await loadScenario(file, { set });
  const progress = { setupStep: () => {}, imageStep: () => {}, note: () => {} };
  const { environment, versions } = await prepareEnvironment(engine, scenario, {
    setup: true,
    progress,
    signal: new AbortController().signal,
  });
  return await runReported({
    ...environment,
    versions,
    scenario,
    plan: makePlan(scenario),
    source: { name: 'scenario.source.yaml', text: await readFile(file, 'utf8') },
    runsFolder: temporaryFolder(),
    ...follower,
    signal: AbortSignal.timeout(300_000),
    hurry: new AbortController().signal,
  });
}
