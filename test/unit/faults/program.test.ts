// Programs that are stopped, restarted, or die again and again: in the plan, on the fake engine, and as people may get it wrong.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { FakeProgram } from '../../../orchestrator/engine/fake/fake-container.ts';
import { programAspect } from '../../../orchestrator/faults/program/program-aspect.ts';
import type { Fleet, FleetOptions } from '../../../orchestrator/fleet/create-fleet.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { launchAll, makeFleet, readyAtOnce } from '../fleet/make-fleet.ts';
import { makeRecorder, type RecordedRun, scenarioOf, settle } from '../run/make-run.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = {
  servers: { role: 'server', replicas: 2 },
  front: { role: 'balancer', balances: 'servers' },
  shops: { role: 'server', image: 'shop:1', replicas: 1, ready: { tcp: 80 } },
} as const;

describe('in the plan', () => {
  it.each<[string, Timeline, string[]]>([
    [
      'a stop ends after its time, or with the run',
      [
        { at: '10s', stop: { nodes: ['servers-2'], for: '5s', grace: '2s' } },
        { at: '20s', stop: { group: 'shops' } },
      ],
      ['10s stop servers-2, for 5s', '15s end of stop: servers-2', '20s stop shops'],
    ],
    [
      'a restart ends as soon as the program has ended, unless it is to stay down',
      [
        { at: '10s', restart: { group: 'servers', rule: 'oldest' } },
        { at: '20s', restart: { group: 'shops', for: '3s' } },
      ],
      [
        '10s restart 1 of servers, the oldest',
        '10s end of restart: servers-1',
        '20s restart shops, for 3s',
        '23s end of restart: shops',
      ],
    ],
    [
      'a crash loop is one fault, however often its nodes die',
      [{ at: '10s', crash: { group: 'servers', share: '50%', rule: 'newest', for: '30s' } }],
      ['10s crash loop of 50% of servers, the newest, for 30s', '40s end of crash loop: servers-2'],
    ],
  ])('%s', (_, timeline, expected) => {
    const { actions } = makePlan(scenarioOf({ groups, timeline }));
    expect(actions.map(({ offsetMs, summary }) => `${offsetMs / 1000}s ${summary}`)).toEqual(expected);
  });
});

describe('what is wrong', () => {
  it.each<[string, Timeline[number], string, RegExp]>([
    ['a stop of nobody', { at: '1s', stop: {} }, 'timeline.0.stop', /needs a `group`, a `zone` or `nodes`/],
    [
      'a grace longer than an hour',
      { at: '1s', stop: { group: 'servers', grace: '2h' } },
      'timeline.0.stop.grace',
      /too large; write 1h or less/,
    ],
    [
      'a restart that would come back after the end',
      { at: '50s', restart: { group: 'servers', for: '20s' } },
      'timeline.0.restart.for',
      /write 10s or less/,
    ],
    [
      'a delay that may not grow as long as it begins',
      { at: '1s', crash: { group: 'servers', backOff: '10s', maxBackOff: '5s' } },
      'timeline.0.crash.maxBackOff',
      /shorter than `backOff`; write 10s or more/,
    ],
    [
      'a program that dies before it lives',
      { at: '1s', crash: { group: 'servers', after: '0s' } },
      'timeline.0.crash.after',
      /too small; write 100ms or more/,
    ],
  ])('%s is told with its place', (_, entry, place, message) => {
    const problems = problemsIn(groups, [entry]);
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.message).toMatch(message);
  });
});

describe('a look at a node', () => {
  const loop = { afterMs: 1000, backOffMs: 1000, maxBackOffMs: 1000 };
  const up = { stopped: null, crashing: null };
  it.each([
    ['that is down', { ...up, stopped: { graceMs: 0 } }, { runs: false, ended: false }, true, 'has ended'],
    ['that was to be down', { ...up, stopped: { graceMs: 0 } }, { runs: true, ended: false }, false, 'runs'],
    [
      'that was restarted before anybody could look',
      { ...up, stopped: { graceMs: 0 } },
      { runs: true, ended: true },
      true,
      'runs again, and had ended',
    ],
    ['that has died once', { ...up, crashing: loop }, { runs: true, ended: true }, true, 'and had ended'],
    ['that does not crash', { ...up, crashing: loop }, { runs: true, ended: false }, false, 'runs'],
    ['that is back', up, { runs: true, ended: true }, true, 'runs'],
    ['that is not back', up, { runs: false, ended: true }, false, 'has ended'],
  ])('%s', async (_, wanted, { runs, ended }, isSo, saw) => {
    const host = { ...idleFaultHost, isRunning: async () => runs, sawEnd: () => ended };
    const seen = await programAspect.look(host, 'servers-1', wanted, up);
    expect(seen).toEqual({ isSo, saw: expect.stringContaining(saw) });
  });
});

let engine: FakeEngine;
let run: RecordedRun;
let fleet: Fleet;
/** What the balancer was told, and what was done in the nodes' networks. */
let told: string[];
/** The servers that it knows. */
const known = new Set<string>();
let programs: Record<string, FakeProgram>;
let probe: FleetOptions['agent']['probe'];
const { signal } = new AbortController();

const containerOf = (node: string) => {
  const found = [...engine.containers.values()].find(({ spec }) => spec.labels[Label.node] === node);
  if (found === undefined) throw new Error(`no container of ${node}`);
  return found;
};
const stateOf = (node: string) => fleet.roster.find(node)?.state;
const history = (node: string) =>
  run.events.flatMap((event) => ('node' in event && event.node === node ? [event.type] : []));

/** The changes of a timeline, by their kind and the fault's id: `fault f1`. */
async function standing(timeline: Timeline): Promise<Record<string, ActionChange>> {
  const scenario = scenarioOf({ groups, timeline });
  fleet = await makeFleet({
    engine,
    scenario,
    recorder: run.recorder,
    agent: {
      ...readyAtOnce,
      probe: (...asked) => probe(...asked),
      exchange: async (_, command) => {
        if (!/check|enable/.test(command) || command.startsWith('add'))
          told.push(command.trim().replace(/ check.*/, ''));
        const [verb = '', , server = ''] = command.split(' ');
        if (verb === 'del') return 'Server deleted.';
        if (verb !== 'add') return command.includes(' addr ') ? 'IP changed' : '';
        if (known.has(server)) return 'Already exists a server with the same name in backend.';
        known.add(server);
        return 'New server registered.';
      },
    },
    netAdmin: {
      inNetwork: async ({ node }, task) => {
        told.push(`${task} of ${node}`);
        return true;
      },
    },
  });
  const { sightings } = fleet;
  await engine.watch({}, (event) => sightings.observe(event), signal);
  const changes = await launchAll(fleet, scenario);
  return Object.fromEntries(
    changes.map((change) => [`${change.kind} ${'id' in change ? change.id : ''}`, change]),
  );
}

async function perform(change: ActionChange | undefined): Promise<void> {
  if (change === undefined) throw new Error('the plan has no such change');
  await fleet.dispatcher.perform(change, signal);
  await settle();
}

beforeEach(async () => {
  told = [];
  known.clear();
  programs = {};
  probe = async () => ({ ready: true, tookMs: 1 });
  engine = createFakeEngine({ program: (spec) => programs[spec.labels[Label.node] ?? ''] });
  run = await makeRecorder();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a stop', () => {
  const timeline: Timeline = [{ at: '10s', stop: { nodes: ['servers-1'], for: '10s' } }];

  it('takes a node down that keeps its container, and is nobody’s failure', async () => {
    const changes = await standing(timeline);
    const { id } = containerOf('servers-1').started;
    await perform(changes['fault f1']);
    expect(containerOf('servers-1')).toMatchObject({ running: false, exitCode: 143 });
    expect(fleet.lifecycle.sawEnd('servers-1')).toBe(true);
    expect(fleet.roster.counts()[0]).toMatchObject({ ready: 1, down: 1 });
    expect(fleet.measured.containers().map(({ labels }) => labels['node'])).not.toContain('servers-1');
    expect(fleet.measured.targets().map(({ labels }) => labels['node'])).not.toContain('servers-1');

    await perform(changes['fault-end f1']);
    expect(containerOf('servers-1')).toMatchObject({ running: true, started: { id } });
    expect(stateOf('servers-1')).toBe('ready');
    expect(history('servers-1')).toEqual([
      'node-launched',
      'node-ready',
      'node-down',
      'node-up',
      'node-ready',
    ]);
    expect(run.events.filter(({ type }) => type === 'node-exited')).toEqual([]);
  });

  it('kills whoever does not end within the grace', async () => {
    programs = { 'servers-1': { onSignal: () => {} } };
    const changes = await standing([{ at: '10s', stop: { nodes: ['servers-1'], grace: '20ms' } }]);
    await perform(changes['fault f1']);
    expect(containerOf('servers-1').exitCode).toBe(137);
  });

  it('lets the balancer find out by itself, and moves the server to its new address when it is back', async () => {
    const changes = await standing(timeline);
    const before = containerOf('servers-1').started.address;
    told = [];
    await perform(changes['fault f1']);
    expect(told).toEqual(['set server servers/servers-1 addr 10.0.255.254']);
    told = [];
    await perform(changes['fault-end f1']);
    const { address } = containerOf('servers-1').started;
    expect(address).not.toBe(before);
    expect(told).toContain(`set server servers/servers-1 addr ${address} port 8080`);
    const scraped = fleet.measured.targets().find(({ labels }) => labels['node'] === 'servers-1');
    expect(scraped?.targets[0]).toContain(address);
  });

  it('of a balancer gives it back the servers that are ready by then', async () => {
    const changes = await standing([
      { at: '5s', stop: { nodes: ['servers-1'], for: '20s' } },
      { at: '10s', stop: { group: 'front', for: '10s' } },
    ]);
    await perform(changes['fault f1']);
    await perform(changes['fault f2']);
    told = [];
    known.clear();
    await perform(changes['fault-end f2']);
    expect(told).toEqual([`add server servers/servers-2 ${containerOf('servers-2').started.address}:8080`]);
    told = [];
    await perform(changes['fault-end f1']);
    const { address } = containerOf('servers-1').started;
    expect(told[0]).toBe(`add server servers/servers-1 ${address}:8080`);
  });

  it('of a node that is retired, or killed, meanwhile is over', async () => {
    const changes = await standing([{ at: '10s', stop: { group: 'servers', for: '10s' } }]);
    await perform(changes['fault f1']);
    await fleet.departing.retire(['servers-1'], signal);
    await fleet.departing.kill('servers-2', 'oldest');
    await perform(changes['fault-end f1']);
    const left = [...engine.containers.values()].map(({ spec }) => spec.labels[Label.node]);
    expect(new Set(left)).toEqual(new Set(['front-1', 'shops-1']));
  });

  it('that a node does not come back from is told', async () => {
    const changes = await standing(timeline);
    probe = async () => ({ ready: false, lastError: 'connection refused' });
    await perform(changes['fault f1']);
    await perform(changes['fault-end f1']);
    const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings[0]).toMatch(/^servers-1 was started again: .*connection refused/);
    expect(stateOf('servers-1')).toBe('starting');
  });

  it('gives a node the limits that it missed', async () => {
    const changes = await standing(timeline);
    await perform(changes['fault f1']);
    const resize = { group: 'servers', cpus: 0.3, memoryBytes: null, nodes: ['servers-1'] };
    await perform({ kind: 'resize', ...resize });
    await perform(changes['fault-end f1']);
    expect(containerOf('servers-1').limits.cpus).toBe(0.3);
  });
});

describe('what else is in force', () => {
  it('is made anew in the network of a node that comes back, and in those of the others', async () => {
    const changes = await standing([
      { at: '5s', link: { group: 'servers', loss: '1%' } },
      { at: '6s', partition: { nodes: ['servers-2'], from: ['servers'] } },
      { at: '10s', stop: { nodes: ['servers-1'], for: '10s' } },
    ]);
    for (const id of ['f1', 'f2', 'f3']) await perform(changes[`fault ${id}`]);
    told = [];
    await perform(changes['fault-end f3']);
    expect(told.filter((done) => !done.includes(' server '))).toEqual([
      'shape the link of servers-1',
      'cut off the node from others of servers-2',
    ]);
  });

  it.each([
    ['the pause first', ['fault-end f1', 'fault-end f2']],
    ['the stop first', ['fault-end f2', 'fault-end f1']],
  ])('is undone in any order: %s', async (_, ends) => {
    const changes = await standing([
      { at: '5s', pause: { nodes: ['servers-1'], for: '20s' } },
      { at: '10s', stop: { nodes: ['servers-1'], for: '10s' } },
    ]);
    await perform(changes['fault f1']);
    await perform(changes['fault f2']);
    const [first = '', second = ''] = ends;
    await perform(changes[first]);
    const isBack = first === 'fault-end f2';
    expect(containerOf('servers-1')).toMatchObject({ running: isBack, paused: isBack });
    await perform(changes[second]);
    expect(containerOf('servers-1')).toMatchObject({ running: true, paused: false });
    expect(stateOf('servers-1')).toBe('ready');
  });

  it('lets a program run only once nobody wants it stopped', async () => {
    const changes = await standing([
      { at: '5s', stop: { nodes: ['servers-1'], for: '20s' } },
      { at: '6s', restart: { group: 'servers' } },
    ]);
    await perform(changes['fault f1']);
    await perform(changes['fault f2']);
    expect([stateOf('servers-1'), stateOf('servers-2')]).toEqual(['down', 'down']);
    await perform(changes['fault-end f2']);
    expect([stateOf('servers-1'), stateOf('servers-2')]).toEqual(['down', 'ready']);
    await perform(changes['fault-end f1']);
    expect(stateOf('servers-1')).toBe('ready');
  });
});

it('a restart is on and off again though both are asked for at once', async () => {
  const changes = await standing([{ at: '10s', restart: { group: 'shops' } }]);
  await Promise.all([perform(changes['fault f1']), perform(changes['fault-end f1'])]);
  expect(history('shops-1')).toEqual(['node-launched', 'node-ready', 'node-down', 'node-up', 'node-ready']);
  const faults = run.events.filter(({ type }) => type === 'fault-began' || type === 'fault-ended');
  expect(faults.map(({ type }) => type)).toEqual(['fault-began', 'fault-ended']);
});

describe('a crash loop', () => {
  const crash = { group: 'shops', after: '3s', backOff: '1s', maxBackOff: '3s', for: '30s' } as const;
  const timeline: Timeline = [{ at: '10s', crash }];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  /** What a second each has come to: whether the program runs. */
  async function seconds(count: number): Promise<string> {
    let seen = '';
    for (let second = 0; second < count; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      await settle();
      seen += containerOf('shops-1').running ? '|' : '.';
    }
    return seen;
  }

  it('kills again and again, after delays that double up to the longest', async () => {
    const changes = await standing(timeline);
    await perform(changes['fault f1']);
    expect(containerOf('shops-1')).toMatchObject({ running: false, exitCode: 137 });
    // Down for 1 s, 2 s, 3 s and 3 s, and 3 s up in between.
    expect(await seconds(21)).toBe('|||..|||...|||...|||.');
    expect(history('shops-1').filter((type) => type === 'node-down')).toHaveLength(5);
    expect(run.events.filter(({ type }) => type === 'node-exited')).toEqual([]);
  });

  it('is over when it is taken back: the program runs on', async () => {
    const changes = await standing(timeline);
    await perform(changes['fault f1']);
    await perform(changes['fault-end f1']);
    expect(await seconds(10)).toBe('||||||||||');
    expect(stateOf('shops-1')).toBe('ready');
  });

  it('goes on under a stop, which it does not end, when that is over', async () => {
    const changes = await standing([...timeline, { at: '12s', stop: { group: 'shops', for: '10s' } }]);
    await perform(changes['fault f1']);
    await perform(changes['fault f2']);
    expect(await seconds(5)).toBe('.....');
    await perform(changes['fault-end f2']);
    expect(await seconds(4)).toBe('|||.');
  });

  it('begins anew with its delay where the program ran for ten seconds', async () => {
    const changes = await standing([{ at: '1s', crash: { ...crash, after: '10s' } }]);
    await perform(changes['fault f1']);
    expect(await seconds(23)).toBe('||||||||||.'.repeat(2) + '|');
  });

  it('of one that ends by itself is over, and that is a failure', async () => {
    const changes = await standing(timeline);
    await perform(changes['fault f1']);
    expect(await seconds(1)).toBe('|');
    engine.exit(containerOf('shops-1').started.id, 3);
    expect(await seconds(9)).toBe('.........');
    expect(run.events.findLast(({ type }) => type === 'node-exited')).toMatchObject({
      node: 'shops-1',
      exitCode: 3,
      expected: false,
    });
  });

  it('leaves a node as it is when nobody looks any more', async () => {
    const changes = await standing(timeline);
    await perform(changes['fault f1']);
    await fleet.lifecycle.settle();
    expect(await seconds(9)).toBe('.........');
  });
});
