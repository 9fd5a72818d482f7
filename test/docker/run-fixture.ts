// Runs a scenario of the fixtures within the test's own process, for tests that look into the run while it lasts.
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFile, type RunFileOptions } from './run-file.ts';
import { fixture, temporaryFolder } from './topolab.ts';

type Follower = Pick<RunFileOptions, 'onProgress' | 'onEvent' | 'place'>;

export async function runFixture(
  engine: Engine,
  name: string,
  follower: Follower = {},
  set: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const signal = AbortSignal.timeout(300_000);
  return await runFile(engine, fixture(name), { ...follower, set, runsFolder: temporaryFolder(), signal });
}
