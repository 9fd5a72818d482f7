// Nodes that have to end before the load begins: migrations and seeds.
import { beforeEach, describe, expect, it } from 'vitest';
import { Label } from '../../../../orchestrator/engine/engine.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { nodesAtKill } from '../../../../orchestrator/failures/trial-scenario.ts';
import type { Fleet } from '../../../../orchestrator/fleet/create-fleet.ts';
import { makePlan } from '../../../../orchestrator/plan/make-plan.ts';
import { makeRecorder, type RecordedRun, scenarioOf } from '../../run/make-run.ts';
import { launchAll, makeFleet } from '../make-fleet.ts';

const scenario = scenarioOf({
  groups: {
    seed: { role: 'service', image: 'shop:1', replicas: 2, ready: { completed: true } },
    web: { role: 'service', image: 'shop:1', port: 80, after: 'seed' },
  },
});

let engine: FakeEngine;
let run: RecordedRun;
let fleet: Fleet;
let logs: string[];
/** With which the second seed ends. */
let code: number;

beforeEach(async () => {
  code = 0;
  logs = [];
  engine = createFakeEngine({
    program: ({ labels }) => {
      const node = labels[Label.node] ?? '';
      if (!node.startsWith('seed')) return {};
      return {
        start: (container) => {
          container.print('teapot');
          setImmediate(() => container.end(node === 'seed-2' ? code : 0, false));
        },
      };
    },
  });
  run = await makeRecorder();
  fleet = await makeFleet({
    engine,
    scenario,
    recorder: run.recorder,
    keepLog: async (node, log) => void logs.push(`${node}: ${log.trim()}`),
  });
  const { sightings } = fleet;
  await engine.watch({}, (event) => sightings.observe(event), new AbortController().signal);
});

const typesOf = (node: string) =>
  run.events.flatMap((event) => ('node' in event && event.node === node ? [event.type] : []));

describe('nodes that have to end first', () => {
  it('are gone before those come that wait for them, with their logs kept', async () => {
    await launchAll(fleet, scenario);
    expect(fleet.roster.all().map(({ name, state }) => `${name} ${state}`)).toEqual(['web-1 ready']);
    expect(logs.toSorted()).toEqual(['seed-1: teapot', 'seed-2: teapot']);
    expect(typesOf('seed-1')).toEqual(expect.arrayContaining(['node-launched', 'node-ready', 'node-left']));
    expect([...engine.containers.values()]).toHaveLength(1);
    expect(run.events.some((event) => event.type === 'node-exited' && !event.expected)).toBe(false);
  });

  it('end the launch with what they wrote where they fail', async () => {
    code = 3;
    await expect(launchAll(fleet, scenario)).rejects.toThrow(
      'start node seed-2: it exited with code 3; it has to end with 0\n  | teapot',
    );
    expect(fleet.roster.find('web-1')).toBeUndefined();
  });

  it('are launched by the plan, and no node that a failure study could kill', () => {
    const plan = makePlan(scenario);
    expect(plan.initialNodes).toEqual([
      { group: 'seed', nodes: ['seed-1', 'seed-2'] },
      { group: 'web', nodes: ['web-1'] },
    ]);
    expect(nodesAtKill(scenario, plan).map(({ node }) => node)).toEqual(['web-1']);
  });
});
