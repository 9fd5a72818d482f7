// The helper that changes nodes' networks is killed while a node is cut off and links are delayed: no fault stays silently, nor ends silently.
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label } from '../../orchestrator/engine/engine.ts';
import { unseenFaults } from '../../orchestrator/measure/impacts/unseen-faults.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

/** How long a connection takes to come about, or that it does not within a second and a half. */
const connect = `
const start = performance.now();
const socket = require('node:net').connect({ host: process.argv[1], port: 8080 });
socket.on('connect', () => { console.log(performance.now() - start); process.exit(); });
setTimeout(() => { console.log('hangs'); process.exit(); }, 1500);
`;

let engine: Engine;
let run: SavedRun;
/** Connections from the one server to the other, by what had happened before. */
const took = new Map<string, string>();

beforeAll(async () => {
  engine = await connectDocker();
  const launched = new Map<string, { readonly id: string; readonly address: string }>();
  const looking: Promise<void>[] = [];
  const look = async (moment: string): Promise<void> => {
    const argv = ['node', '-e', connect, launched.get('servers-1')?.address ?? ''];
    took.set(moment, (await engine.exec(launched.get('servers-2')?.id ?? '', argv)).stdout.trim());
  };
  const killHelper = async (id: string): Promise<void> => {
    const { containers } = await engine.list(id);
    const helper = containers.find(({ labels }) => labels[Label.role] === 'netadmin');
    await new Docker().getContainer(helper?.id ?? '').kill();
  };
  let id = '';
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'run-started') id = event.run;
    if (event.type === 'node-launched')
      launched.set(event.node, { id: event.containerId, address: event.address });
    if (event.type === 'fault-confirmed' && event.moment === 'began') looking.push(killHelper(id));
    if (event.type === 'helper-returned' || event.type === 'fault-ended') looking.push(look(event.type));
  };
  const { folder } = await runFixture(engine, 'helper-dies.yaml', { onProgress: () => {}, onEvent });
  await Promise.all(looking);
  run = await readRun(folder);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe('a helper that is killed', () => {
  it('comes back while the run goes on, and the node stays cut off until its time', () => {
    expect(took.get('helper-returned')).toBe('hangs');
    expect(unseenFaults(run.events)).toEqual({ begun: [], ended: [], endsUntold: [] });
    expect(run.events.at(-1)).toMatchObject({ type: 'step-finished' });
    const errors = run.events.flatMap((event) =>
      event.type === 'action-finished' && event.error !== undefined ? [event.error] : [],
    );
    expect(errors).toEqual([]);
  });

  it('delays links again, there and back', () => {
    // 20 ms at either end.
    expect(Number(took.get('fault-ended'))).toBeGreaterThan(35);
  });

  it('has delayed nothing meanwhile, which the verdict says', () => {
    const finding = run.verdict?.findings?.find(({ code }) => code === 'delays-interrupted');
    expect(finding).toMatchObject({ returns: [{ undelayed: ['servers-1', 'servers-2'] }] });
    expect(run.verdict?.outcome).toBe('invalid');
  });

  it('leaves nothing', async () => {
    expect(await leftOf('helper-dies')).toEqual([]);
  });
});
