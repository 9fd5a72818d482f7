// Updates on the fake engine: who is replaced, in which order, and what becomes of new nodes that fail.
import { beforeEach, describe, expect, it } from 'vitest';
import { Label } from '../../../../orchestrator/engine/engine.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { Fleet } from '../../../../orchestrator/fleet/create-fleet.ts';
import type { RunEvent } from '../../../../orchestrator/record/event.ts';
import type { Scenario } from '../../../../orchestrator/scenario/scenario.ts';
import type { ScenarioInput } from '../../../../orchestrator/scenario/schema.ts';
import { plannedKill } from '../../../fixtures/planned-fault.ts';
import { makeRecorder, type RecordedRun, scenarioOf } from '../../run/make-run.ts';
import { carryOut, launchAll, makeFleet, readyAtOnce } from '../make-fleet.ts';

type Update = Omit<NonNullable<NonNullable<ScenarioInput['timeline']>[number]['update']>, 'group'>;

let engine: FakeEngine;
let run: RecordedRun;
/** Nodes of the new program that never get ready. */
let unready: Set<string>;
let interrupt: AbortController;

const scenarioWith = (...updates: Update[]): Scenario =>
  scenarioOf({
    groups: {
      servers: { role: 'server', replicas: 3, stopGrace: '100ms', env: { KIND: 'old' } },
      peers: { role: 'peer', discovery: 'broadcast', replicas: 2, seeders: 1, files: { a: '16MiB' } },
    },
    timeline: updates.map((update, index) => ({
      at: `${index + 1}s`,
      update: { group: 'servers', monitor: '0s', ...update },
    })),
  });

async function fleetOf(scenario: Scenario): Promise<Fleet> {
  const fleet = await makeFleet({
    engine,
    scenario,
    recorder: run.recorder,
    agent: {
      ...readyAtOnce,
      probe: async (_, host) =>
        unready.has(nodeAt(host)) ? { ready: false, lastError: 'refused' } : { ready: true, tookMs: 1 },
    },
  });
  await engine.watch({}, (event) => fleet.sightings.observe(event), interrupt.signal);
  return fleet;
}

const nodeAt = (address: string) =>
  [...engine.containers.values()].find(({ started }) => started.address === address)?.spec.labels[
    Label.node
  ] ?? '?';

/** The variable KIND of each node that is there. */
function kinds(fleet: Fleet): Record<string, string | undefined> {
  return Object.fromEntries(
    fleet.roster
      .of('servers')
      .map(({ name, container }) => [name, engine.containers.get(container?.id ?? '')?.spec.env['KIND']]),
  );
}

const events = (...types: RunEvent['type'][]) =>
  run.events.flatMap((event) =>
    types.includes(event.type) && 'node' in event && event.node.startsWith('servers')
      ? [`${event.type} ${event.node}`]
      : [],
  );

beforeEach(async () => {
  engine = createFakeEngine();
  run = await makeRecorder();
  unready = new Set();
  interrupt = new AbortController();
});

describe('a rolling update', () => {
  it('replaces one node after the other; stop-first, each makes room for its successor', async () => {
    const scenario = scenarioWith({ env: { KIND: 'new' } });
    const fleet = await fleetOf(scenario);
    await carryOut(fleet, scenario);
    expect(kinds(fleet)).toEqual({ 'servers-4': 'new', 'servers-5': 'new', 'servers-6': 'new' });
    expect(events('node-leaving', 'node-ready').slice(3)).toEqual([
      'node-leaving servers-1',
      'node-ready servers-4',
      'node-leaving servers-2',
      'node-ready servers-5',
      'node-leaving servers-3',
      'node-ready servers-6',
    ]);
    expect(fleet.roster.counts()[0]?.revisions).toEqual([{ revision: 2, ready: 3 }]);
  });

  it('start-first, each leaves once its successor is ready, and so many at a time as the scenario has it', async () => {
    const scenario = scenarioWith({ env: { KIND: 'new' }, order: 'start-first', parallelism: 2 });
    const fleet = await fleetOf(scenario);
    await carryOut(fleet, scenario);
    const order = events('node-leaving', 'node-ready').slice(3);
    const place = (event: string) => order.indexOf(event);
    expect(place('node-ready servers-4')).toBeLessThan(place('node-leaving servers-1'));
    expect(place('node-ready servers-5')).toBeLessThan(place('node-leaving servers-2'));
    expect(order.slice(4)).toEqual(['node-ready servers-6', 'node-leaving servers-3']);
  });

  it('gives what it brings to nodes that join while it goes on and later', async () => {
    const scenario = scenarioWith({ env: { KIND: 'new' } });
    const fleet = await fleetOf(scenario);
    await carryOut(fleet, scenario);
    await fleet.joining.launch('servers', ['servers-9'], interrupt.signal);
    expect(kinds(fleet)['servers-9']).toBe('new');
  });

  it('begins when the one before it is over, and builds on it', async () => {
    const scenario = scenarioWith({ env: { KIND: 'new' } }, { env: { KIND: 'newer' } });
    const fleet = await fleetOf(scenario);
    const changes = await launchAll(fleet, scenario);
    await Promise.all(changes.map((change) => fleet.dispatcher.perform(change, interrupt.signal)));
    expect(kinds(fleet)).toEqual({ 'servers-7': 'newer', 'servers-8': 'newer', 'servers-9': 'newer' });
  });

  it('passes over a node that a fault has taken', async () => {
    const scenario = scenarioWith({ env: { KIND: 'new' } });
    const fleet = await fleetOf(scenario);
    const [update] = await launchAll(fleet, scenario);
    const going = fleet.dispatcher.perform(update!, interrupt.signal);
    // In the plan servers-3 has given its place to servers-6 by then.
    await fleet.dispatcher.perform(plannedKill('servers', ['servers-6']), interrupt.signal);
    await going;
    expect(kinds(fleet)).toEqual({ 'servers-4': 'new', 'servers-5': 'new' });
    expect(events('node-killed')).toEqual(['node-killed servers-3']);
  });

  it('leaves a seeder a seeder', async () => {
    const scenario = scenarioOf({
      groups: { peers: { role: 'peer', discovery: 'broadcast', replicas: 2, files: { a: '16MiB' } } },
      timeline: [
        { at: '1s', update: { group: 'peers', version: 2, monitor: '0s' } },
        { at: '2s', update: { group: 'peers', env: { A: 1 }, monitor: '0s' } },
      ],
    });
    const fleet = await fleetOf(scenario);
    await carryOut(fleet, scenario);
    const seeders = fleet.roster
      .of('peers')
      .map(({ name, container }) => [name, engine.containers.get(container?.id ?? '')?.spec.env['SEEDER']]);
    expect(seeders).toEqual([
      ['peers-5', '1'],
      ['peers-6', undefined],
    ]);
  });
});

describe('a new node that never gets ready', () => {
  beforeEach(() => unready.add('servers-5').add('servers-4'));

  it('ends the update where that is to pause; the others stay as they are', async () => {
    const scenario = scenarioWith({ env: { KIND: 'bad' }, order: 'start-first' });
    const fleet = await fleetOf(scenario);
    await expect(carryOut(fleet, scenario)).rejects.toThrow(
      'update servers (u1): it ended at servers-4, which failed',
    );
    expect(kinds(fleet)).toEqual({ 'servers-1': 'old', 'servers-2': 'old', 'servers-3': 'old' });
    expect(run.events).toContainEqual(expect.objectContaining({ type: 'update-ended', outcome: 'paused' }));
    // Taken away by us: nothing has gone wrong by itself.
    expect(run.events.filter((event) => event.type === 'node-exited' && !event.expected)).toEqual([]);
  });

  it('is passed over where the update is to go on', async () => {
    const scenario = scenarioWith({ env: { KIND: 'bad' }, onFailure: 'continue' });
    const fleet = await fleetOf(scenario);
    await expect(carryOut(fleet, scenario)).rejects.toThrow(
      'it went on without servers-4, servers-5, which failed',
    );
    expect(kinds(fleet)).toEqual({ 'servers-6': 'bad' });
  });

  it.each(['stop-first', 'start-first'] as const)(
    'has the update taken back where it is to roll back, %s: all run what they ran before, and so do those that join later',
    async (order) => {
      unready = new Set(['servers-5']);
      const scenario = scenarioWith({ env: { KIND: 'bad' }, order, onFailure: 'rollback' });
      const fleet = await fleetOf(scenario);
      await carryOut(fleet, scenario);
      await fleet.joining.launch('servers', ['servers-20'], interrupt.signal);
      expect(kinds(fleet)).toEqual(
        order === 'start-first'
          ? // The second one never left.
            { 'servers-2': 'old', 'servers-3': 'old', 'servers-7': 'old', 'servers-20': 'old' }
          : { 'servers-3': 'old', 'servers-7': 'old', 'servers-8': 'old', 'servers-20': 'old' },
      );
      expect(run.events.map(({ type }) => type)).toContain('update-rolling-back');
      expect(run.events).toContainEqual(
        expect.objectContaining({ type: 'update-ended', outcome: 'rolled-back' }),
      );
    },
  );

  it('may fail where so many may', async () => {
    unready = new Set(['servers-4']);
    const scenario = scenarioWith({ env: { KIND: 'new' }, maxFailureRatio: '40%' });
    const fleet = await fleetOf(scenario);
    await expect(carryOut(fleet, scenario)).rejects.toThrow('which failed');
    expect(kinds(fleet)).toEqual({ 'servers-5': 'new', 'servers-6': 'new' });
  });

  it('leaves its place to whom the plan names later: the one that came back for it', async () => {
    unready = new Set(['servers-5']);
    const scenario = scenarioWith({ env: { KIND: 'bad' }, onFailure: 'rollback' }, { env: { KIND: 'good' } });
    const fleet = await fleetOf(scenario);
    await carryOut(fleet, scenario);
    expect(kinds(fleet)).toEqual({ 'servers-10': 'good', 'servers-11': 'good', 'servers-12': 'good' });
  });
});

describe('an update in which each node has its own time', () => {
  const scenario = () =>
    scenarioWith({ env: { KIND: 'new' }, spread: { fixed: '1s' }, onFailure: 'rollback' });

  it('replaces each when its time has come', async () => {
    const fleet = await fleetOf(scenario());
    await carryOut(fleet, scenario());
    expect(Object.values(kinds(fleet))).toEqual(['new', 'new', 'new']);
  });

  it('is taken back from all that had it when one fails, and the others never get it', async () => {
    unready = new Set(['servers-6']);
    const fleet = await fleetOf(scenario());
    await carryOut(fleet, scenario());
    expect(Object.values(kinds(fleet))).toEqual(['old', 'old', 'old']);
    expect(Object.keys(kinds(fleet)).length).toBe(3);
  });
});

describe('an interruption', () => {
  it('ends an update with its reason, and nothing more is launched', async () => {
    const scenario = scenarioWith({ env: { KIND: 'new' } });
    const fleet = await fleetOf(scenario);
    const [update] = await launchAll(fleet, scenario);
    const going = fleet.dispatcher.perform(update!, interrupt.signal);
    interrupt.abort(new Error('interrupted'));
    await expect(going).rejects.toThrow('interrupted');
    expect(Object.values(kinds(fleet))).not.toContain('new');
  });
});
