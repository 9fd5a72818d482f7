// Nodes that hang for a while, of our own image and of a foreign one, as the engine and their users see it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { unseenFaults } from '../../orchestrator/measure/impacts/unseen-faults.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

let engine: Engine;
let run: SavedRun;
/** Whether nodes were paused when the run said so, in order of the events. */
const seen: Promise<string>[] = [];

beforeAll(async () => {
  engine = await connectDocker();
  const containers = new Map<string, string>();
  const look = async (event: Extract<RunEvent, { type: 'fault-began' | 'fault-ended' }>): Promise<string> => {
    const states = await Promise.all(
      event.nodes.map(async (node) => {
        const state = await engine.inspect(containers.get(node) ?? '');
        return `${node} ${state?.paused === true ? 'paused' : 'not paused'}`;
      }),
    );
    return `${event.type} ${event.fault}: ${states.join(', ')}`;
  };
  const { folder } = await runFixture(engine, 'pausing.yaml', {
    onProgress: () => {},
    onEvent: (event) => {
      if (event.type === 'node-launched') containers.set(event.node, event.containerId);
      if (event.type === 'fault-began' || event.type === 'fault-ended') seen.push(look(event));
    },
  });
  run = await readRun(folder);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe('a pause', () => {
  it('freezes the nodes that it names, whatever their image, and lets them go on', async () => {
    expect(await Promise.all(seen)).toEqual([
      'fault-began f1: database-1 paused, servers-1 paused',
      'fault-ended f1: database-1 not paused, servers-1 not paused',
      'fault-began f2: servers-1 paused, servers-2 paused',
    ]);
  });

  it('is seen by the run to freeze each node, and to let it go on', () => {
    expect(unseenFaults(run.events)).toEqual({ begun: [], ended: [], endsUntold: [] });
  });

  it('is no error of the run, nor an incident', () => {
    const errors = run.events.flatMap((event) =>
      event.type === 'action-finished' && event.error !== undefined ? [event.error] : [],
    );
    expect(errors).toEqual([]);
    expect(run.events.some(({ type }) => type === 'node-exited')).toBe(false);
  });

  it('that lasts until the end leaves nothing', async () => {
    expect(await leftOf('pausing')).toEqual([]);
  });
});
