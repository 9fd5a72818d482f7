// Nodes that are cut off from others, as nodes of both sides see it while it lasts and afterwards; our own images and one that is not ours.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { unseenFaults } from '../../orchestrator/measure/impacts/unseen-faults.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

/** Connects, or says why not; whoever gets no answer within a second hangs. */
const connect = `
const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port });
const say = (what) => { console.log(what); process.exit(); };
socket.on('connect', () => say('connected')).on('error', ({ code }) => say(code));
setTimeout(() => say('hangs'), 1000);
`;

/** Who tries to reach whom, once this has happened. */
const looks: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'fault-began f1': [
    ['servers-1', 'servers-2'],
    ['servers-2', 'servers-1'],
    ['servers-1', 'database-1'],
    ['servers-2', 'database-1'],
  ],
  'fault-ended f1': [
    ['servers-1', 'servers-2'],
    ['servers-1', 'database-1'],
  ],
  'fault-began f2': [
    ['servers-1', 'database-1'],
    ['servers-1', 'servers-2'],
  ],
  'node-ready servers-3': [
    ['servers-3', 'database-1'],
    ['servers-3', 'servers-1'],
  ],
  'fault-ended f2': [['servers-3', 'database-1']],
};

let engine: Engine;
let result: RunResult;
let seen: string[];

beforeAll(async () => {
  engine = await connectDocker();
  const launched = new Map<string, { readonly id: string; readonly address: string }>();
  const looking: Promise<string>[] = [];
  const look = async (moment: string, from: string, to: string): Promise<string> => {
    const port = to.startsWith('database') ? '5432' : '8080';
    const argv = ['node', '-e', connect, launched.get(to)?.address ?? '', port];
    const { stdout, stderr } = await engine.exec(launched.get(from)?.id ?? '', argv);
    return `${moment}: ${from} → ${to} ${stdout.trim() || stderr}`;
  };
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'node-launched')
      launched.set(event.node, { id: event.containerId, address: event.address });
    const what = 'fault' in event ? event.fault : 'node' in event ? event.node : '';
    const moment = `${event.type} ${what}`;
    looking.push(...(looks[moment] ?? []).map(([from, to]) => look(moment, from, to)));
  };
  result = await runFixture(engine, 'partition.yaml', { onProgress: () => {}, onEvent });
  seen = await Promise.all(looking);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe('nodes that are cut off from others', () => {
  it('can’t reach them nor be reached, newcomers included, and everybody else can', () => {
    expect(seen).toEqual([
      'fault-began f1: servers-1 → servers-2 hangs',
      'fault-began f1: servers-2 → servers-1 hangs',
      'fault-began f1: servers-1 → database-1 hangs',
      'fault-began f1: servers-2 → database-1 connected',
      'fault-ended f1: servers-1 → servers-2 connected',
      'fault-ended f1: servers-1 → database-1 connected',
      'fault-began f2: servers-1 → database-1 hangs',
      'fault-began f2: servers-1 → servers-2 connected',
      'node-ready servers-3: servers-3 → database-1 hangs',
      'node-ready servers-3: servers-3 → servers-1 connected',
      'fault-ended f2: servers-3 → database-1 connected',
    ]);
  });

  it('are seen by the run to be cut off, newcomers included, and to be back', () => {
    expect(unseenFaults(result.saved.events)).toEqual({ begun: [], ended: [], endsUntold: [] });
  });

  it('serve their users all the while, and leave nothing', async () => {
    expect(result.saved.verdict?.objectives.map(({ status }) => status)).toEqual(['held']);
    expect(await leftOf('partition')).toEqual([]);
  });
});
