// What becomes of nodes whose host is lost for good, on three hosts in memory.
import { beforeEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../../../orchestrator/cluster/cluster.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { Fleet } from '../../../../orchestrator/fleet/create-fleet.ts';
import { incidentsOf } from '../../../../orchestrator/record/incidents.ts';
import { makeRecorder, type RecordedRun, scenarioOf, settle } from '../../run/make-run.ts';
import { launchAll, makeFleet } from '../make-fleet.ts';

const LOST_AT_MS = 1_000_015_400;
const { signal } = new AbortController();
let recorded: RecordedRun;
let fleet: Fleet;
let cluster: Cluster;
let engines: FakeEngine[];

beforeEach(async () => {
  engines = [createFakeEngine(), createFakeEngine(), createFakeEngine()];
  const rest = { image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };
  // Engines number their containers alike, so ids are made different.
  for (const [nth, engine] of engines.entries())
    for (let spare = 0; spare < 10 * nth; spare++) await engine.launch({ name: `spare-${spare}`, ...rest });
  const [box1, ...others] = engines.map((engine, nth) => ({
    name: `box${nth + 1}`,
    zone: null,
    engine,
    capacity: null,
  }));
  if (box1 === undefined) throw new Error('no hosts');
  recorded = await makeRecorder();
  cluster = new Cluster([box1, ...others]);
  const scenario = scenarioOf({ groups: { servers: { role: 'server', replicas: 6 } } });
  fleet = await makeFleet({ engine: box1.engine, cluster, scenario, recorder: recorded.recorder });
  await launchAll(fleet, scenario);
  recorded.recorder.startClock(1_000_000_000);
  for (const each of [engines[1]]) {
    if (each === undefined) continue;
    each.signal = () => new Promise(() => {});
    each.remove = () => new Promise(() => {});
    each.logs = () => new Promise(() => {});
  }
});

const lose = (needed: readonly string[] = []) =>
  fleet.losing.lose('box2', LOST_AT_MS, cluster.lose('box2'), needed);
const types = (node: string) =>
  recorded.events.flatMap((event) => ('node' in event && event.node === node ? [event.type] : []));

describe('the nodes of a lost host', () => {
  it('are told of with it, count as killed, and nobody knows them any more', async () => {
    lose();
    await settle();
    expect(recorded.events.find(({ type }) => type === 'host-gone')).toMatchObject({
      host: 'box2',
      goneMs: 15_400,
      nodes: ['servers-2', 'servers-5'],
      needed: [],
    });
    expect(types('servers-2')).toEqual(['node-launched', 'node-ready', 'node-killed', 'node-exited']);
    expect(recorded.events.filter(({ type }) => type === 'node-exited')).toMatchObject([
      { node: 'servers-2', expected: true, exitCode: null },
      { node: 'servers-5', expected: true, exitCode: null },
    ]);
    expect(fleet.roster.namesOf('servers')).toEqual(['servers-1', 'servers-3', 'servers-4', 'servers-6']);
    expect(fleet.roster.counts()).toMatchObject([{ ready: 4, leaving: 0 }]);
    expect(recorded.events.filter(({ type }) => type === 'warning')).toEqual([]);
  });

  it('are one incident with their host, also where its daemon had ended them before', async () => {
    const ended = fleet.roster.find('servers-2');
    fleet.sightings.observe({
      kind: 'exited',
      containerId: ended?.container?.id ?? '',
      labels: {},
      exitCode: 137,
      atMs: Date.now(),
    });
    fleet.losing.lose('box2', Date.now(), cluster.lose('box2'), []);
    await settle();
    expect(incidentsOf(recorded.events)).toMatchObject([
      { id: 'e1', node: 'host box2', what: 'was lost with servers-2, servers-5' },
    ]);
  });

  it('make room on others for those that join later, and changes to them change nothing', async () => {
    lose();
    await settle();
    await fleet.dispatcher.perform(
      { kind: 'scale-out', group: 'servers', nodes: ['servers-7'], from: 6, to: 7 },
      signal,
    );
    expect(cluster.hostOf(fleet.roster.find('servers-7')?.container?.id ?? '').name).not.toBe('box2');
    await fleet.dispatcher.perform(
      { kind: 'scale-in', group: 'servers', nodes: ['servers-5', 'servers-7'], from: 7, to: 5 },
      signal,
    );
    expect(fleet.roster.namesOf('servers')).toHaveLength(4);
  });
});
