// Nodes that are cut off, refuse connections or resolve no names, as another node sees it while it lasts and afterwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { unseenFaults } from '../../orchestrator/measure/impacts/unseen-faults.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

/** Connects, or says why not; whoever gets no answer within a second and a half hangs. */
const connect = `
const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port });
const say = (what) => { console.log(what); process.exit(); };
socket.on('connect', () => say('connected')).on('error', ({ code }) => say(code));
setTimeout(() => say('hangs'), 1500);
`;
const resolveName = `
require('node:dns').promises.resolve4(process.argv[1]).then(() => console.log('resolved'), ({ code }) => console.log(code));
`;

let engine: Engine;
let run: SavedRun;
const seen: Promise<string>[] = [];

beforeAll(async () => {
  engine = await connectDocker();
  const launched = new Map<string, { readonly id: string; readonly address: string }>();
  const onServers2 = async (...argv: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await engine.exec(launched.get('servers-2')?.id ?? '', [
      'node',
      '-e',
      ...argv,
    ]);
    return stdout.trim() || stderr;
  };
  const addressOf = (node: string): string => launched.get(node)?.address ?? '';
  const look = async ({ type, kind }: Extract<RunEvent, { type: 'fault-began' | 'fault-ended' }>) => {
    const states = {
      isolate: () => onServers2(connect, addressOf('servers-1'), '8080'),
      refuse: () => onServers2(connect, addressOf('database-1'), '5432'),
      dns: () => onServers2(resolveName, 'servers-1'),
    };
    return `${type} ${kind}: ${await states[kind as keyof typeof states]()}`;
  };
  const { folder } = await runFixture(engine, 'unreachable.yaml', {
    onProgress: () => {},
    onEvent: (event) => {
      if (event.type === 'node-launched')
        launched.set(event.node, { id: event.containerId, address: event.address });
      if (event.type === 'fault-began' || event.type === 'fault-ended') seen.push(look(event));
    },
  });
  run = await readRun(folder);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe('nodes that can’t be reached', () => {
  it('hang for others when isolated, say so when they refuse, and are back afterwards', async () => {
    expect(await Promise.all(seen)).toEqual([
      'fault-began isolate: hangs',
      'fault-ended isolate: connected',
      'fault-began refuse: ECONNREFUSED',
      'fault-ended refuse: connected',
      'fault-began dns: ECONNREFUSED',
      'fault-ended dns: resolved',
      'fault-began isolate: hangs',
    ]);
  });

  it('are seen by the run to be so on each node, and to be back', () => {
    expect(unseenFaults(run.events)).toEqual({ begun: [], ended: [], endsUntold: [] });
  });

  it('are no error of the run, nor an incident, and leave nothing', async () => {
    const errors = run.events.flatMap((event) =>
      event.type === 'action-finished' && event.error !== undefined ? [event.error] : [],
    );
    expect(errors).toEqual([]);
    expect(run.events.some(({ type }) => type === 'node-exited')).toBe(false);
    expect(await leftOf('unreachable')).toEqual([]);
  });
});
