// A replicated store of other people's images: its primary is killed, a replica takes its place, and whoever joins later follows that one.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFile } from './run-file.ts';
import { leftOf, temporaryFolder } from './topolab.ts';

const notes = fileURLToPath(new URL('../../scenarios/systems/notes/notes.yaml', import.meta.url));
let engine: Engine;
let result: RunResult;

beforeAll(async () => {
  engine = await connectDocker();
  const signal = AbortSignal.timeout(600_000);
  result = await runFile(engine, notes, { runsFolder: temporaryFolder(), signal });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  expect(await leftOf('notes')).toEqual([]);
});

it('loses its primary, and its users notice', () => {
  expect(result).toMatchObject({ outcome: 'completed', error: undefined });
  const [before, meanwhile] = result.saved.verdict?.phases ?? [];
  expect(before?.errorShare).toBe(0);
  // Two seconds pass until the sentinels miss it.
  expect(meanwhile?.errorShare).toBeGreaterThan(0.02);
});

it('has another one soon, keeps what it had acknowledged, and serves everybody afterwards', () => {
  expect(result.saved.verdict?.objectives.map(({ status }) => status)).toEqual(Array(5).fill('held'));
});

it('lets a node join in the place of the lost one, which is ready once it follows the new primary', () => {
  const ready = result.saved.events.flatMap((event) =>
    event.type === 'node-ready' && event.group === 'redis' ? [event.node] : [],
  );
  expect(ready).toEqual(['redis-1', 'redis-2']);
});
