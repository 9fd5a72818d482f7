// Switches on the fake engine: in which order nodes are told, servers come and go, and what becomes of a switch that fails.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Way } from '../../../../node-image/contract/way.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { Label } from '../../../../orchestrator/engine/engine.ts';
import type { Fleet } from '../../../../orchestrator/fleet/create-fleet.ts';
import type { Scenario } from '../../../../orchestrator/scenario/scenario.ts';
import { makeRecorder, type RecordedRun, scenarioOf } from '../../run/make-run.ts';
import { launchAll, makeFleet, readyAtOnce } from '../make-fleet.ts';

const scenario = scenarioOf({
  groups: {
    database: { role: 'store' },
    servers: { role: 'server', replicas: 2, store: 'database', stopGrace: '100ms' },
    nodes: { role: 'client', asks: 'servers', switches: true, replicas: 2 },
  },
  timeline: [
    { at: '10s', switch: { group: 'nodes', to: 'peer-to-peer', hold: '1ms' } },
    { at: '30s', switch: { group: 'nodes', to: 'client-server' } },
  ],
});

let engine: FakeEngine;
let run: RecordedRun;
/** What nodes were told, in order: `nodes-1 servers-first`. */
let told: string[];
/** Who answers otherwise: what it is told → status. */
let refuses: Map<string, number>;

const nodeAt = (address: string) =>
  [...engine.containers.values()].find(({ started }) => `${started.address}:8080` === address)?.spec.labels[
    Label.node
  ] ?? '?';

async function fleetOf(of: Scenario): Promise<Fleet> {
  const ways = new Map<string, Way>();
  return await makeFleet({
    engine,
    scenario: of,
    recorder: run.recorder,
    agent: {
      ...readyAtOnce,
      http: async (method, address, path, options) => {
        const node = nodeAt(address);
        const answer = (status: number, value: unknown) => ({
          status,
          body: Buffer.from(JSON.stringify(value)),
        });
        if (method === 'GET') return answer(200, { way: ways.get(node), sinceMs: 1, firstServedMs: 2 });
        const what = path === '/way' ? (JSON.parse(options?.body ?? '') as { way: Way }).way : 'copies';
        told.push(`${node} ${what}`);
        if (what !== 'copies') ways.set(node, what);
        return answer(refuses.get(`${node} ${what}`) ?? 200, {});
      },
    },
  });
}

const served = (fleet: Fleet) => fleet.roster.all().map(({ name }) => name);
const steps = () =>
  run.events.flatMap((event) =>
    event.type === 'switch-step' ? [event.step] : event.type === 'switch-ended' ? [event.outcome] : [],
  );

beforeEach(async () => {
  engine = createFakeEngine();
  run = await makeRecorder();
  told = [];
  refuses = new Map();
});

describe('a network that is switched', () => {
  it('takes each step with all nodes before the next one; servers leave last, and come first on the way back', async () => {
    const { signal } = new AbortController();
    const fleet = await fleetOf(scenario);
    const [there, back] = await launchAll(fleet, scenario);
    if (there === undefined || back === undefined) throw new Error('two switches are planned');
    await fleet.dispatcher.perform(there, signal);
    expect(told).toEqual([
      'nodes-1 servers-first',
      'nodes-2 servers-first',
      'nodes-1 copies',
      'nodes-1 peers-first',
      'nodes-2 peers-first',
      'nodes-1 peer-to-peer',
      'nodes-2 peer-to-peer',
    ]);
    expect(served(fleet)).toEqual(['nodes-1', 'nodes-2']);
    expect(steps()).toEqual([
      'write to both',
      'copy',
      'hold',
      'read from the new',
      'write to the new alone',
      'retire',
      'switched',
    ]);
    told = [];
    await fleet.dispatcher.perform(back, signal);
    expect(told).toEqual([
      'nodes-1 peers-first',
      'nodes-2 peers-first',
      'nodes-1 copies',
      'nodes-2 copies',
      'nodes-1 servers-first',
      'nodes-2 servers-first',
      'nodes-1 client-server',
      'nodes-2 client-server',
    ]);
    expect(served(fleet)).toEqual(['nodes-1', 'nodes-2', 'database-2', 'servers-3', 'servers-4']);
    expect(run.events.filter(({ type }) => type === 'switch-served')).toHaveLength(4);
  });

  it.each([
    ['nodes-2 servers-first', ['nodes-1 client-server', 'nodes-2 client-server']],
    ['nodes-1 copies', ['nodes-1 client-server', 'nodes-2 client-server']],
    [
      'nodes-2 peers-first',
      ['nodes-1 servers-first', 'nodes-2 servers-first', 'nodes-1 client-server', 'nodes-2 client-server'],
    ],
  ])(
    'goes back by the way it came where a node refuses (%s), and keeps its servers',
    async (refused, back) => {
      refuses.set(refused, 503);
      const { signal } = new AbortController();
      const fleet = await fleetOf(scenario);
      const [there, again] = await launchAll(fleet, scenario);
      if (there === undefined || again === undefined) throw new Error('two switches are planned');
      await expect(fleet.dispatcher.perform(there, signal)).rejects.toMatchObject({ code: 'switch-failed' });
      expect(told.slice(-back.length)).toEqual(back);
      expect(steps().at(-1)).toBe('taken-back');
      expect(served(fleet)).toHaveLength(5);
      // It never became what the next one would take back.
      await expect(fleet.dispatcher.perform(again, signal)).rejects.toThrow('that is what it is');
      expect(served(fleet)).toHaveLength(5);
    },
  );
});
