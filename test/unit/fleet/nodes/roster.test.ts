import { beforeEach, describe, expect, it } from 'vitest';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { NodeState } from '../../../../orchestrator/fleet/nodes/node.ts';
import { Roster } from '../../../../orchestrator/fleet/nodes/roster.ts';
import { scenarioOf } from '../../run/make-run.ts';

const { groups } = scenarioOf({
  groups: {
    servers: { role: 'server', replicas: 2, cpus: 0.2 },
    peers: { role: 'peer', discovery: 'broadcast', files: { a: '16MiB' } },
  },
});

let engine: FakeEngine;
let changes: number;
let roster: Roster;

beforeEach(() => {
  engine = createFakeEngine();
  changes = 0;
  roster = new Roster(groups, () => {
    changes += 1;
  });
});

/** A node with a container, in this state. */
async function enter(group: string, name: string, state: NodeState): Promise<void> {
  const node = roster.enter(roster.group(group), name);
  const spec = { image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };
  roster.hasContainer(node, await engine.launch({ name, ...spec }));
  node.state = state;
}

describe('nodes of a fleet', () => {
  it('are found by name where their container may be told something, in the order in which they were named', async () => {
    await enter('servers', 'servers-1', 'ready');
    await enter('servers', 'servers-2', 'exited');
    await enter('servers', 'servers-3', 'leaving');
    roster.enter(roster.group('servers'), 'servers-4');
    const present = roster.present(['servers-4', 'servers-3', 'servers-2', 'servers-1', 'servers-9']);
    expect(present.map(({ name, container }) => [name, container.name])).toEqual([
      ['servers-3', 'servers-3'],
      ['servers-1', 'servers-1'],
    ]);
    expect(roster.presentOf('servers').map(({ name }) => name)).toEqual(['servers-1', 'servers-3']);
    expect(roster.readyOf(() => true).map(({ name }) => name)).toEqual(['servers-1']);
  });

  it('are found by their container, and are no longer found once they are forgotten', async () => {
    await enter('servers', 'servers-1', 'ready');
    const node = roster.find('servers-1')!;
    expect(roster.ofContainer(node.container!.id)).toBe(node);
    roster.forget(node);
    expect(roster.ofContainer(node.container!.id)).toBeUndefined();
    expect(roster.namesOf('servers')).toEqual([]);
  });

  it('of a name that was given again are not forgotten with the first of that name', () => {
    const first = roster.enter(roster.group('servers'), 'servers-1');
    roster.enter(roster.group('servers'), 'servers-1');
    roster.forget(first);
    expect(roster.namesOf('servers')).toEqual(['servers-1']);
  });

  it('are counted by group and state, beside what is in force', async () => {
    await enter('servers', 'servers-1', 'ready');
    await enter('servers', 'servers-2', 'starting');
    await enter('peers', 'peers-1', 'exited');
    roster.putInForce({ kind: 'resize', group: 'servers', nodes: [], cpus: 0.5, memoryBytes: null });
    roster.changed();
    expect(changes).toBe(1);
    expect(roster.counts()).toMatchObject([
      { group: 'servers', ready: 1, starting: 1, leaving: 0, limits: { cpus: 0.5 }, link: null },
      { group: 'peers', ready: 0, starting: 0, leaving: 0 },
    ]);
  });
});

it('a group that the scenario does not have is our own mistake', () => {
  expect(() => roster.group('front')).toThrow(expect.objectContaining({ code: 'bug' }));
});
