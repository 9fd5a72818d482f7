// A system of other people's images: what their containers are given, in which order they start, and a migration that has to end first.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf, leftOfRun } from './topolab.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await connectDocker();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  expect(await leftOf('services')).toEqual([]);
});

const fixture = 'services/services.yaml';

// At the same time: the second run ends before it has users.
describe.concurrent('services', () => {
  let result: RunResult;
  beforeAll(async () => {
    result = await runFixture(engine, fixture);
  });

  const moments = (type: string, group: string): number[] =>
    result.saved.events.flatMap((event, index) =>
      event.type === type && 'group' in event && event.group === group ? [index] : [],
    );

  it('serve only with all that their containers are to be given, and they serve', () => {
    expect(result).toMatchObject({ outcome: 'completed', error: undefined });
    expect(result.saved.verdict?.objectives.map(({ status }) => status)).toEqual(['held']);
    expect(result.saved.verdict?.phases[0]?.servedPerSecond).toBeGreaterThan(5);
  });

  it('start after those that they name', () => {
    const order = [
      ...moments('node-ready', 'database'),
      ...moments('node-launched', 'migrate'),
      ...moments('node-ready', 'migrate'),
      ...moments('node-launched', 'worker'),
      ...moments('node-ready', 'worker'),
      ...moments('node-launched', 'web'),
    ];
    expect(order).toHaveLength(7);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('are killed like any other', () => {
    expect(moments('node-killed', 'worker')).toHaveLength(1);
  });

  it('leave nothing behind, volumes included', async () => {
    expect(await leftOfRun(result.folder)).toEqual([]);
  });
});

describe.concurrent('a migration that does not end with 0', () => {
  it('ends the run before anything that comes after it, with the end of its log', async () => {
    const result = await runFixture(engine, fixture, undefined, { exits: '3' });
    expect(result.outcome).toBe('broken');
    expect(String(result.error)).toContain(
      'start node migrate-1: it exited with code 3; it has to end with 0\n  | teapot',
    );
    expect(result.saved.events.some((event) => event.type === 'node-launched' && event.group === 'web')).toBe(
      false,
    );
    expect(await leftOfRun(result.folder)).toEqual([]);
  });
});
