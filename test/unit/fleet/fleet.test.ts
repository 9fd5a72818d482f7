import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { FakeProgram } from '../../../orchestrator/engine/fake/fake-container.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import type { Fleet, FleetOptions } from '../../../orchestrator/fleet/create-fleet.ts';
import type { GroupCount } from '../../../orchestrator/fleet/nodes/roster.ts';
import { plannedKill, plannedLink, plannedPause } from '../../fixtures/planned-fault.ts';
import { makeRecorder, type RecordedRun, scenarioOf, settle } from '../run/make-run.ts';
import { makeFleet, readyAtOnce } from './make-fleet.ts';

const scenario = scenarioOf({
  groups: {
    servers: { role: 'server', zone: 'east', replicas: 2, cpus: 0.2, memory: '64MiB', stopGrace: '200ms' },
    'west-servers': { role: 'server', zone: 'west', replicas: 1, memory: '64MiB', port: 9090 },
    front: {
      role: 'balancer',
      balances: ['servers', 'west-servers'],
      healthCheck: { path: '/ready', port: 8080 },
    },
    peers: { role: 'peer', discovery: 'broadcast', memory: '64MiB', files: { a: '16MiB' } },
  },
});

/** What has happened to containers and in the balancer, in order. */
let done: string[];
let sessions: number;
let neighboursOf: () => ReturnType<FleetOptions['agent']['http']>;
let probe: (host: string) => Promise<{ ready: true; tookMs: number } | { ready: false; lastError: string }>;
let programs: Record<string, FakeProgram>;
let engine: FakeEngine;
let run: RecordedRun;
let fleet: Fleet;
/** What the fleet has told of its groups lately. */
let told: readonly GroupCount[];
let interrupt: AbortController;
let watch: AbortController;

/** HAProxy's runtime API as far as a fleet needs it. */
async function haproxy(_: string, command: string): Promise<string> {
  const [verb = '', noun, name = ''] = command.trim().split(' ');
  const server = name.replace('servers/', '');
  if (verb === 'show') return `# pxname,svname,qcur,scur\nservers,servers-1,0,${sessions}\n`;
  if (verb === 'add') done.push(`join ${server}`);
  const [, unused] = / addr (\S+)/.exec(command) ?? [];
  if (unused !== undefined) {
    done.push(`${name.replace('servers/', '')} moves to ${unused}`);
    return 'IP changed';
  }
  if (command.includes('state drain')) done.push(`drain ${server}`);
  if (verb === 'del') done.push(`forget ${server}`);
  if (verb === 'add') return 'New server registered.';
  return verb === 'del' && noun === 'server' ? 'Server deleted.' : '';
}

const agent: FleetOptions['agent'] = {
  ...readyAtOnce,
  probe: (_, host) => probe(host),
  exchange: haproxy,
  http: () => neighboursOf(),
};

beforeEach(async () => {
  done = [];
  sessions = 0;
  programs = {};
  neighboursOf = () => Promise.reject(new Error('this node does not say whom it is connected to'));
  probe = async () => ({ ready: true, tookMs: 1 });
  interrupt = new AbortController();
  watch = new AbortController();
  engine = createFakeEngine({ program: (spec) => programs[spec.labels[Label.node] ?? ''] });
  const { stop, remove } = { stop: engine.stop.bind(engine), remove: engine.remove.bind(engine) };
  engine.stop = async (id, graceMs) => {
    done.push(`stop ${nodeOf(id)}`);
    await stop(id, graceMs);
  };
  engine.remove = async (id) => {
    done.push(`remove ${nodeOf(id)}`);
    await remove(id);
  };
  run = await makeRecorder();
  fleet = await makeFleet({
    engine,
    scenario,
    recorder: run.recorder,
    agent,
    onChange: () => {
      told = fleet.roster.counts();
    },
    keepLog: async (node) => void done.push(`keep log of ${node}`),
  });
  // What the engine tells late is for this test's fleet, and not for the next one's.
  const { sightings } = fleet;
  await engine.watch({}, (event) => sightings.observe(event), watch.signal);
});
afterEach(() => watch.abort());

const resize = (group: string, limits: { cpus: number | null; memoryBytes: number | null }) =>
  fleet.dispatcher.perform({ kind: 'resize', group, nodes: [], ...limits }, interrupt.signal);
const launch = (group: string, ...nodes: string[]) => fleet.joining.launch(group, nodes, interrupt.signal);

const nodeOf = (id: string) => engine.containers.get(id)?.spec.labels[Label.node] ?? '?';

function containerOf(node: string) {
  const found = [...engine.containers.values()].find(({ spec }) => spec.labels[Label.node] === node);
  if (found === undefined) throw new Error(`no container of ${node}`);
  return found;
}

function eventsOf<Type extends RunEvent['type']>(type: Type) {
  return run.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

const countOf = (group: string) => fleet.roster.counts().find((count) => count.group === group);

describe('launching', () => {
  it('says of each node that it was launched and is ready, and scrapes and measures it from then on', async () => {
    await launch('servers', 'servers-1', 'servers-2');
    for (const node of ['servers-1', 'servers-2']) {
      const own = run.events.filter((event) => 'node' in event && event.node === node);
      expect(own.map(({ type }) => type)).toEqual(['node-launched', 'node-ready']);
    }
    expect(countOf('servers')).toMatchObject({ ready: 2, starting: 0, leaving: 0 });
    expect(fleet.measured.targets().map(({ labels }) => labels['node'])).toEqual(['servers-1', 'servers-2']);
    expect(fleet.measured.containers().map(({ labels }) => labels['node'])).toEqual([
      'servers-1',
      'servers-2',
    ]);
  });

  it('labels what is measured of a node with the zone of its group, where that has one', async () => {
    await launch('servers', 'servers-1');
    await launch('front', 'front-1');
    const labelled = [...fleet.measured.targets(), ...fleet.measured.containers()].map(
      ({ labels: { node, zone } }) => [node, zone],
    );
    expect(labelled).toEqual([
      ['servers-1', 'east'],
      ['front-1', undefined],
      ['servers-1', 'east'],
      ['front-1', undefined],
    ]);
  });

  it('puts servers into a balancer that comes after them, and into one that is there', async () => {
    await launch('servers', 'servers-1');
    expect(done).toEqual([]);
    await launch('front', 'front-1');
    expect(done).toEqual(['join servers-1']);
    await launch('servers', 'servers-2');
    expect(done).toEqual(['join servers-1', 'join servers-2']);
  });

  it('puts servers of all groups that a balancer is for into it, each with its own port', async () => {
    agent.exchange = async (host, command) => {
      if (command.startsWith('add')) done.push(command.split(' ').slice(2, 4).join(' '));
      return haproxy(host, command);
    };
    await launch('servers', 'servers-1');
    await launch('front', 'front-1');
    await launch('west-servers', 'west-servers-1').finally(() => (agent.exchange = haproxy));
    const [first, , second] = done;
    expect(first).toMatch(/^servers\/servers-1 [\d.]+:8080$/);
    expect(second).toMatch(/^servers\/west-servers-1 [\d.]+:9090$/);
    done = [];
    await fleet.departing.retire(['west-servers-1'], interrupt.signal);
    expect(done).toContain('drain west-servers-1');
  });

  it('lets a server join only when it is ready', async () => {
    await launch('front', 'front-1');
    const answer = Promise.withResolvers<{ ready: true; tookMs: number }>();
    probe = () => answer.promise;
    const launched = launch('servers', 'servers-1');
    await settle();
    expect(countOf('servers')).toMatchObject({ ready: 0, starting: 1 });
    expect(done).toEqual([]);
    answer.resolve({ ready: true, tookMs: 1 });
    await launched;
    expect(done).toEqual(['join servers-1']);
  });

  it('fails with the first failure after the other nodes have joined', async () => {
    engine.failLaunch('topolab-tested-1-servers-1', new Error('no space left'));
    await expect(launch('servers', 'servers-1', 'servers-2')).rejects.toThrow('no space left');
    expect(countOf('servers')).toMatchObject({ ready: 1, starting: 0 });
  });

  it('fails, with its exit and its log, where a node exits before its launch has returned', async () => {
    programs['servers-1'] = {
      start: (container) => {
        container.print('cannot open database');
        container.end(3);
      },
    };
    await expect(launch('servers', 'servers-1')).rejects.toThrow(
      /servers-1: it exited with code 3[^]*\| cannot open database/,
    );
    expect(eventsOf('node-exited')).toMatchObject([{ node: 'servers-1', exitCode: 3, expected: false }]);
    // It has gone for the faults too.
    await fleet.dispatcher.perform(plannedLink('servers', { loss: 0.1 }), interrupt.signal);
    expect(eventsOf('fault-began')).toMatchObject([{ fault: 'f1', nodes: [] }]);
  });

  it('stops waiting for a node that exits', async () => {
    probe = () => new Promise(() => {});
    let asked = false;
    agent.probe = (_, __, ___, signal) =>
      new Promise((_resolve, reject) => {
        asked = true;
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    const launched = launch('servers', 'servers-1');
    launched.catch(() => {});
    await expect.poll(() => asked).toBe(true);
    engine.exit(containerOf('servers-1').started.id, 1);
    await expect(launched).rejects.toThrow('exited with code 1');
    agent.probe = (_, host) => probe(host);
  });

  it('ends with the reason of an interrupt', async () => {
    interrupt.abort(new Error('interrupted'));
    await expect(launch('servers', 'servers-1')).rejects.toThrow('interrupted');
    expect(engine.containers.size).toBe(0);
  });
});

describe('scaling in', () => {
  beforeEach(async () => {
    await launch('servers', 'servers-1', 'servers-2');
    await launch('front', 'front-1');
    done = [];
  });

  it('drains, stops, takes out of the balancer, keeps the log and removes, in this order', async () => {
    await fleet.departing.retire(['servers-2'], interrupt.signal);
    expect(done).toEqual([
      'drain servers-2',
      'stop servers-2',
      'forget servers-2',
      'keep log of servers-2',
      'remove servers-2',
    ]);
    expect(eventsOf('node-exited')).toMatchObject([{ node: 'servers-2', expected: true }]);
    expect(eventsOf('node-left')).toMatchObject([{ node: 'servers-2' }]);
    expect(countOf('servers')).toMatchObject({ ready: 1, leaving: 0 });
  });

  it('warns where requests were still under way after the grace', async () => {
    sessions = 4;
    await fleet.departing.retire(['servers-1'], interrupt.signal);
    expect(eventsOf('warning')[0]?.message).toContain('servers-1 still had requests after 0.2 s');
    expect(eventsOf('node-left')).toHaveLength(1);
  });

  it.each(['drained', 'stopped'])(
    'does not wait for a server to be %s in an interrupted run',
    async (what) => {
      const node = what === 'drained' ? 'servers-1' : 'servers-3';
      sessions = 4;
      programs['servers-3'] = { onSignal: () => {} };
      await launch('servers', 'servers-3');
      const retired = fleet.departing.retire([node], interrupt.signal);
      await settle();
      interrupt.abort(new Error('interrupted'));
      await expect(retired).rejects.toThrow('interrupted');
      expect(eventsOf('node-left')).toEqual([]);
    },
  );

  it('passes over a node that is being killed, as only the run knew whom', async () => {
    const killed = fleet.dispatcher.perform(plannedKill('servers', ['servers-2']), interrupt.signal);
    const left = fleet.dispatcher.perform(
      { kind: 'scale-in', group: 'servers', from: 2, to: 1, nodes: ['servers-2'] },
      interrupt.signal,
    );
    await Promise.all([killed, left]);
    expect(eventsOf('node-killed')).toHaveLength(1);
    expect(eventsOf('node-left')).toEqual([]);
    expect(done.filter((each) => each === 'keep log of servers-2')).toHaveLength(1);
  });

  it('kills once whom two kills have chosen', async () => {
    await Promise.all(
      ['f1', 'f2'].map((id) =>
        fleet.dispatcher.perform(plannedKill('servers', ['servers-2'], { id }), interrupt.signal),
      ),
    );
    expect(eventsOf('node-killed')).toHaveLength(1);
    expect(
      eventsOf('fault-began')
        .map(({ nodes }) => nodes.length)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 1]);
  });

  it('waits for a node that is still starting, which then goes', async () => {
    const answer = Promise.withResolvers<{ ready: true; tookMs: number }>();
    probe = () => answer.promise;
    const launched = launch('servers', 'servers-3');
    await settle();
    const retired = fleet.departing.retire(['servers-3'], interrupt.signal);
    await settle();
    expect(done).toEqual([]);
    answer.resolve({ ready: true, tookMs: 1 });
    await Promise.all([launched, retired]);
    expect(done[0]).toBe('join servers-3');
    expect(done.at(-1)).toBe('remove servers-3');
  });

  it('takes a node that has exited by itself out of the balancer and off the engine', async () => {
    engine.exit(containerOf('servers-1').started.id, 1);
    await fleet.departing.retire(['servers-1'], interrupt.signal);
    expect(done).toContain('forget servers-1');
    expect([...engine.containers.values()].map(({ spec }) => spec.labels[Label.node])).not.toContain(
      'servers-1',
    );
  });

  it('has the balancer find out by itself that a server has ended, at an address that no other gets', async () => {
    engine.exit(containerOf('servers-1').started.id, 1);
    const kill = plannedKill('servers', ['servers-2']);
    await fleet.dispatcher.perform(kill, interrupt.signal);
    expect(done.filter((step) => !step.includes('log') && !step.startsWith('join'))).toEqual([
      'servers-1 moves to 10.0.255.254',
      'servers-2 moves to 10.0.255.254',
      'remove servers-2',
    ]);
  });

  it('takes the address of one from it before the engine has told of its end, when another node has it', async () => {
    watch.abort();
    const before = containerOf('servers-1').started;
    engine.exit(before.id, 1);
    const launchAnother = engine.launch.bind(engine);
    engine.launch = async (...spec) => ({ ...(await launchAnother(...spec)), address: before.address });
    done = [];
    await launch('servers', 'servers-3');
    expect(done).toEqual(['servers-1 moves to 10.0.255.254', 'join servers-3']);
  });

  it('says where it cannot be told that a server has ended', async () => {
    agent.exchange = () => Promise.reject(new Error('nobody answers'));
    engine.exit(containerOf('servers-1').started.id, 1);
    await settle().finally(() => (agent.exchange = haproxy));
    expect(eventsOf('warning').map(({ message }) => message)).toEqual([
      'keep requests from where servers-1 was: nobody answers',
    ]);
  });

  it('says where a balancer will not forget a server', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    agent.exchange = async (host, command) =>
      command.startsWith('del') ? 'Server still has connections' : haproxy(host, command);
    const retired = fleet.departing.retire(['servers-1'], interrupt.signal);
    while ((await Promise.race([retired.then(() => 'left'), settle()])) !== 'left')
      await vi.advanceTimersByTimeAsync(100);
    vi.useRealTimers();
    agent.exchange = haproxy;
    expect(eventsOf('warning').map(({ message }) => message)).toEqual([
      'servers-1 has left, but the balancer still lists it; it gets no requests',
    ]);
  });

  it('goes without a balancer that has exited', async () => {
    engine.exit(containerOf('front-1').started.id, 137);
    agent.exchange = () => Promise.reject(new Error('nobody answers'));
    await fleet.departing.retire(['servers-1'], interrupt.signal);
    await launch('servers', 'servers-3');
    agent.exchange = haproxy;
    expect(countOf('servers')).toMatchObject({ ready: 2 });
  });
});

describe('a balancer that hangs because of a fault', () => {
  const pause = plannedPause('front', ['front-1']);
  const healed = { kind: 'fault-end', id: pause.id, fault: pause.fault, nodes: ['front-1'] } as const;
  const scaleIn = { kind: 'scale-in', group: 'servers', from: 2, to: 1, nodes: ['servers-2'] } as const;
  const perform = (change: ActionChange) => fleet.dispatcher.perform(change, interrupt.signal);
  const warnings = () => eventsOf('warning').map(({ message }) => message);
  const notYet = (server: string, what = 'send requests to') =>
    `front-1 does not answer: it is told to ${what} ${server} as soon as it does`;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    await launch('servers', 'servers-1', 'servers-2');
    await launch('front', 'front-1');
    await perform(pause);
    agent.exchange = () => Promise.reject(new Error('no answer within 5000 ms'));
    done = [];
  });
  afterEach(() => {
    vi.useRealTimers();
    agent.exchange = haproxy;
  });

  async function untilEnded(work: Promise<unknown>): Promise<void> {
    const ended = work.then(
      () => true,
      () => true,
    );
    for (let turn = 0; turn < 20; turn++) {
      if (await Promise.race([ended, settle().then(() => false)])) break;
      await vi.advanceTimersByTimeAsync(500);
    }
    await work;
  }

  async function untilSo(isSo: () => boolean): Promise<void> {
    for (let turn = 0; turn < 100 && !isSo(); turn++) await settle();
  }
  const untilWarned = (count: number) => untilSo(() => warnings().length >= count);

  it('is told of servers that join and leave once it answers again, which is said', async () => {
    const joined = launch('servers', 'servers-3');
    const left = perform(scaleIn);
    await untilWarned(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(warnings()).toEqual(expect.arrayContaining([notYet('servers-3'), notYet('servers-2', 'drain')]));
    expect(warnings()).toHaveLength(2);
    expect(done).toEqual([]);
    expect(eventsOf('node-left')).toEqual([]);
    agent.exchange = haproxy;
    await untilEnded(Promise.all([joined, left, perform(healed)]));
    expect(done.filter((step) => /^(join|drain|forget)/.test(step)).toSorted()).toEqual([
      'drain servers-2',
      'forget servers-2',
      'join servers-3',
    ]);
    expect(countOf('servers')).toMatchObject({ ready: 2, starting: 0, leaving: 0 });
  });

  it('is told nothing of a server that has ended before it answers, and the kill does not wait', async () => {
    const joined = launch('servers', 'servers-3').catch(() => {});
    await untilWarned(1);
    await perform(plannedKill('servers', ['servers-3'], { id: 'f2' }));
    agent.exchange = haproxy;
    await untilEnded(joined);
    await untilSo(() => done.some((step) => step.includes('moves')));
    expect(done.filter((step) => step.includes('servers-3') && !/log|remove/.test(step))).toEqual([
      'servers-3 moves to 10.0.255.254',
    ]);
  });

  it('that dies has to be told nothing any more', async () => {
    const joined = launch('servers', 'servers-3');
    await untilWarned(1);
    await perform(plannedKill('front', ['front-1'], { id: 'f2' }));
    await untilEnded(joined);
    expect(countOf('servers')).toMatchObject({ ready: 3 });
  });

  it('until the end of the run is given up, which is said', async () => {
    const joined = launch('servers', 'servers-3');
    await untilWarned(1);
    fleet.endWaiting();
    await untilEnded(joined);
    expect(warnings().at(-1)).toBe(
      'front-1 did not answer until the end: it was never told to send requests to servers-3',
    );
  });

  it('and is healed, but still does not answer, is an error', async () => {
    const joined = launch('servers', 'servers-3');
    await untilWarned(1);
    await perform(healed);
    await expect(untilEnded(joined)).rejects.toThrow('no answer within 5000 ms');
  });
});

describe('a balancer that is taken away before the engine tells of its end', () => {
  const kill = plannedKill('front', ['front-1']);
  const leave = { kind: 'scale-in', group: 'front', from: 1, to: 0, nodes: ['front-1'] } as const;

  it.each([kill, leave])('by a $kind is told nothing more', async (change) => {
    await launch('front', 'front-1');
    watch.abort();
    await fleet.dispatcher.perform(change, interrupt.signal);
    agent.exchange = () => Promise.reject(new Error('nobody answers'));
    await launch('servers', 'servers-1').finally(() => (agent.exchange = haproxy));
    expect(countOf('servers')).toMatchObject({ ready: 1 });
  });
});

describe('resizing', () => {
  it('changes running nodes at once, and what is left out stays as it was', async () => {
    await launch('servers', 'servers-1');
    await resize('servers', { cpus: 0.8, memoryBytes: null });
    expect(containerOf('servers-1').limits).toEqual({ cpus: 0.8, memoryBytes: 64 * 2 ** 20 });
    expect(countOf('servers')?.limits).toEqual({ cpus: 0.8, memoryBytes: 64 * 2 ** 20 });
  });

  it('leaves peers the room that their files take', async () => {
    await launch('peers', 'peers-1');
    expect(containerOf('peers-1').limits.memoryBytes).toBe(80 * 2 ** 20);
    await resize('peers', { cpus: 0.5, memoryBytes: null });
    expect(containerOf('peers-1').limits).toEqual({ cpus: 0.5, memoryBytes: 80 * 2 ** 20 });
    await resize('peers', { cpus: null, memoryBytes: 128 * 2 ** 20 });
    expect(containerOf('peers-1').limits.memoryBytes).toBe(144 * 2 ** 20);
    expect(countOf('peers')?.limits.memoryBytes).toBe(128 * 2 ** 20);
  });

  it('gives nodes that join later the new limits', async () => {
    await resize('servers', { cpus: 0.8, memoryBytes: null });
    await launch('servers', 'servers-1');
    expect(containerOf('servers-1').spec.cpus).toBe(0.8);
  });

  it('reaches a node whose container is being made with the old limits', async () => {
    const launched = launch('servers', 'servers-1');
    const resized = resize('servers', { cpus: 0.8, memoryBytes: null });
    await Promise.all([launched, resized]);
    expect(containerOf('servers-1').spec.cpus).toBe(0.2);
    expect(containerOf('servers-1').limits.cpus).toBe(0.8);
  });

  it('is not failed by a node that does not get to join', async () => {
    await launch('servers', 'servers-1');
    engine.failLaunch('topolab-tested-1-servers-2', new Error('no space left'));
    const launched = launch('servers', 'servers-2').catch(() => 'failed');
    await resize('servers', { cpus: 0.8, memoryBytes: null });
    expect(await launched).toBe('failed');
    expect(containerOf('servers-1').limits.cpus).toBe(0.8);
  });

  it('passes over nodes that have gone, also where nobody has told yet', async () => {
    await launch('servers', 'servers-1', 'servers-2');
    watch.abort();
    engine.exit(containerOf('servers-1').started.id, 1);
    await resize('servers', { cpus: 0.8, memoryBytes: null });
    expect(containerOf('servers-2').limits.cpus).toBe(0.8);
  });
});

describe('links', () => {
  const link = { uplinkBytesPerSecond: 1000, downlinkBytesPerSecond: null, loss: 0, delayMs: 0, jitterMs: 0 };

  it('are told as soon as they change, for what is measured is held against them', async () => {
    await launch('servers', 'servers-1');
    expect(new Set(told.map((count) => count.link))).toEqual(new Set([null]));
    const change = plannedLink('servers', link, { nodes: ['servers-1'] });
    await fleet.dispatcher.perform(change, interrupt.signal);
    expect(told.find(({ group }) => group === 'servers')?.link).toEqual(link);
    expect(told.find(({ group }) => group === 'front')?.link).toBeNull();
  });
});

describe('a fault of nodes that only the run can tell', () => {
  it('is taken back also where they are told only after its end', async () => {
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof neighboursOf>>>();
    neighboursOf = () => answer.promise;
    await launch('peers', 'peers-1');
    const target = { groups: ['peers'], who: { kind: 'count', rule: 'best-connected', count: 1 } } as const;
    const fault = { kind: 'pause', target, forMs: 100 } as const;
    const begun = fleet.dispatcher.perform(
      { kind: 'fault', id: 'f1', fault, nodes: [], newcomers: false },
      interrupt.signal,
    );
    const ended = fleet.dispatcher.perform(
      { kind: 'fault-end', id: 'f1', fault, nodes: [] },
      interrupt.signal,
    );
    await settle();
    answer.resolve({ status: 200, body: Buffer.from('[]') });
    await Promise.all([begun, ended]);
    expect((await engine.inspect(containerOf('peers-1').started.id))?.paused).toBe(false);
    expect(eventsOf('fault-ended')).toMatchObject([{ fault: 'f1', nodes: ['peers-1'] }]);
  });
});

describe('what happens by itself', () => {
  it('records an exit that nobody asked for, and no longer measures the node', async () => {
    await launch('servers', 'servers-1', 'servers-2');
    engine.exit(containerOf('servers-1').started.id, 1);
    expect(eventsOf('node-exited')).toMatchObject([{ node: 'servers-1', exitCode: 1, expected: false }]);
    expect(countOf('servers')).toMatchObject({ ready: 1 });
    expect(fleet.measured.containers().map(({ labels }) => labels['node'])).toEqual(['servers-2']);
    expect(fleet.measured.targets()).toHaveLength(1);
  });

  it('records a node that ran out of memory, once, before its exit', async () => {
    await launch('servers', 'servers-1');
    engine.exit(containerOf('servers-1').started.id, 137, { outOfMemory: true });
    expect(eventsOf('node-out-of-memory')).toHaveLength(1);
    expect(run.events.slice(-2)).toMatchObject([
      { type: 'node-out-of-memory', node: 'servers-1' },
      { type: 'node-exited', node: 'servers-1', exitCode: 137, expected: false },
    ]);
  });

  it('is taken in although it can’t be recorded, which is said once', async () => {
    await launch('servers', 'servers-1', 'servers-2');
    const record = run.recorder.record.bind(run.recorder);
    run.recorder.record = (body) => {
      if (body.type === 'node-exited') throw new Error('no space left on device');
      record(body);
    };
    for (const node of ['servers-1', 'servers-2']) engine.exit(containerOf(node).started.id, 1);
    expect(countOf('servers')).toMatchObject({ ready: 0 });
    expect(eventsOf('warning').map(({ message }) => message)).toEqual([
      'record what happened to nodes: no space left on device',
    ]);
  });

  it('keeps quiet about containers that are no nodes, and measures those it is told to', async () => {
    const rest = { image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };
    const container = await engine.launch({ name: 'users-k6-1', ...rest });
    fleet.measured.add({ group: 'users', node: 'users-k6-1', role: 'generator' }, container);
    expect(fleet.measured.containers().map(({ id }) => id)).toEqual([container.id]);
    engine.exit(container.id, 0);
    expect(run.events).toEqual([]);
  });
});
