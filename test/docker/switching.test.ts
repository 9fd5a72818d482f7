// A real network switched to peer-to-peer and back under load: what was acknowledged is all there, on the new way alone, and once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { measureSwitches } from '../../orchestrator/measure/changes/measure-switches.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

let engine: Engine;
let result: RunResult;

beforeAll(async () => {
  engine = await connectDocker();
  result = await runFixture(engine, 'switching.yaml');
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

const switches = () => {
  const { events, samples } = result.saved;
  return measureSwitches(events, samples, Number.POSITIVE_INFINITY);
};

describe('a network that is switched there and back', () => {
  it('has served each way with every node, and what served the old one has gone', () => {
    // On a full machine the load may end before the second one does.
    const ended = result.saved.events.filter((event) => event.type === 'switch-ended');
    expect(ended.map(({ outcome }) => outcome)).toEqual(['switched', 'switched']);
    const [there, back] = switches();
    expect(there).toMatchObject({ topology: 'peer-to-peer', nodes: { served: 3, planned: 3 } });
    expect(there?.steps.map(({ step }) => step)).toEqual([
      'write to both',
      'copy',
      'read from the new',
      'write to the new alone',
      'retire',
    ]);
    expect(back?.steps[0]?.step).toBe('launch');
    const left = result.saved.events.flatMap((event) => (event.type === 'node-left' ? [event.node] : []));
    expect(left.slice(0, 2)).toEqual(['servers-1', 'database-1']);
    const ready = result.saved.events.flatMap((event) => (event.type === 'node-ready' ? [event.node] : []));
    expect(ready).toEqual(expect.arrayContaining(['servers-2', 'database-2']));
  });

  it('lost no record and no event, and doubled none, in either direction', () => {
    for (const { records, events } of switches()) {
      expect(records).toMatchObject({ missing: 0, wrong: 0, unreadable: 0 });
      expect(records?.acknowledged).toBeGreaterThan(10);
      expect(events).toMatchObject({ lost: 0, doubled: 0, gaps: 0 });
      expect(events?.acknowledged).toBeGreaterThan(5);
    }
    expect(switches()[0]?.events?.logs).toEqual(['nodes-1', 'nodes-2', 'nodes-3']);
    // What is asked on the way back is the new server, which began with nothing.
    expect(switches()[1]?.events?.logs).toContain('servers-2');
    const users = result.saved.events.find((event) => event.type === 'records-checked');
    expect(users).toMatchObject({ missing: 0, wrong: 0, unreadable: 0 });
  });

  it('tells by which way its users were served', () => {
    const ways = result.saved.samples?.panels['operations-by-way'] ?? [];
    const used = ways.filter(({ points }) => points.some(([, rate]) => rate > 0));
    // On a full machine a switch may begin as soon as the one before it is over: then too short a time is peer-to-peer to be sampled.
    expect(used.length).toBeGreaterThan(1);
    expect(used.map(({ labels }) => labels['way'])).toContain('client-server');
  });
});

it('leaves nothing behind', async () => {
  expect(await leftOf('switching')).toEqual([]);
});
