// Nodes that are short of CPU, memory or disk: what the program in them is told, alone and together, what becomes of its answers, and what is refused.
import { describe, expect, it } from 'vitest';
import { pressureAspect } from '../../../orchestrator/faults/stress/pressure-aspect.ts';
import type { Pressure } from '../../../orchestrator/faults/pressure/pressure.ts';
import type { PressureFigures } from '../../../orchestrator/faults/pressure/pressure-figures.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { PressedNodes } from '../../../orchestrator/fleet/faults/pressed-nodes.ts';
import { pressedGroups } from '../../../orchestrator/plan/host-needs.ts';
import { carryOut, makeFleet } from '../fleet/make-fleet.ts';
import { makeRecorder, scenarioOf } from '../run/make-run.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { FakePressure } from './fake-pressure.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = {
  servers: { role: 'server', replicas: 2, memory: '96MiB' },
  database: { role: 'store', disk: { path: '/data', size: '64MiB' } },
} as const;

/** What the programs are told after each change, by node. */
async function carried(timeline: Timeline, pressure = new FakePressure()) {
  const engine = createFakeEngine({ stream: pressure.stream });
  const { recorder, events } = await makeRecorder();
  const scenario = scenarioOf({ groups, timeline });
  const fleet = await makeFleet({ engine, scenario, recorder });
  const seen: string[] = [];
  await carryOut(fleet, scenario, () => {
    const told = [...pressure.told].map(([node, line]) => `${node}: ${line.replace(/^want ?/, '')}`);
    seen.push(told.toSorted().join('; '));
  });
  return { seen, events, engine };
}

describe('what the program in a node is told', () => {
  it('is all that is in force, whichever ends first, and it ends with the last', async () => {
    const { seen } = await carried([
      { at: '10s', stress: { nodes: ['servers-1'], cpu: 2, memory: '16MiB', for: '20s' } },
      { at: '20s', stress: { group: 'servers', cpu: '50%', for: '20s' } },
      { at: '25s', 'out-of-memory': { nodes: ['servers-1'], leave: '8MiB', for: '1s' } },
    ]);
    expect(seen).toEqual([
      'servers-1: busy=2 memory=16777216',
      'servers-1: busy=2 cores=500 memory=16777216; servers-2: cores=500',
      'servers-1: busy=2 cores=500 memory=16777216 leave=8388608; servers-2: cores=500',
      'servers-1: busy=2 cores=500 memory=16777216; servers-2: cores=500',
      'servers-1: cores=500; servers-2: cores=500',
      '',
    ]);
  });

  it('is the sum of workers, and the least of what is left', async () => {
    const { seen } = await carried([
      { at: '10s', stress: { group: 'database', cpu: 1, io: 2 } },
      { at: '11s', stress: { group: 'database', cpu: 3, io: 1, path: '/var/lib' } },
      { at: '12s', 'disk-full': { group: 'database', leave: '2MiB' } },
      { at: '13s', 'disk-full': { group: 'database', leave: '1MiB' } },
    ]);
    expect(seen.at(-1)).toBe('database-1: busy=4 disk=2:/tmp disk=1:/var/lib full=1048576:/data');
  });

  it('is told to nodes that join meanwhile, and to none that has gone', async () => {
    const { seen } = await carried([
      { at: '10s', stress: { group: 'servers', cpu: 1, for: '20s' } },
      { at: '15s', scale: { group: 'servers', by: 1 } },
      { at: '20s', kill: { nodes: ['servers-1'] } },
    ]);
    expect(seen).toEqual([
      'servers-1: busy=1; servers-2: busy=1',
      'servers-1: busy=1; servers-2: busy=1; servers-3: busy=1',
      'servers-2: busy=1; servers-3: busy=1',
      '',
    ]);
  });
});

it('clocks that are set twice are wrong by both', async () => {
  const { seen } = await carried([
    { at: '10s', clock: { group: 'servers', ahead: '1h', for: '20s' } },
    { at: '11s', clock: { nodes: ['servers-1'], behind: '5s' } },
  ]);
  expect(seen).toEqual([
    'servers-1: clock=3600000; servers-2: clock=3600000',
    'servers-1: clock=3595000; servers-2: clock=3600000',
    'servers-1: clock=-5000',
  ]);
});

describe('what becomes of its answers', () => {
  it('what it could not do is the error of the fault, with the node', async () => {
    const pressure = new FakePressure(() => "failed start so many workers: the node's limit is reached");
    await expect(
      carried([{ at: '10s', stress: { nodes: ['servers-1'], cpu: 2 } }], pressure),
    ).rejects.toThrow("press on servers-1: start so many workers: the node's limit is reached");
  });

  it('a node that goes before the answer, as one without memory may, is no error', async () => {
    const { seen } = await carried(
      [{ at: '10s', 'out-of-memory': { nodes: ['servers-1'], for: '5s' } }],
      new FakePressure(),
    );
    expect(seen).toEqual(['servers-1: leave=0', '']);
  });

  it('a program that is killed while its node goes on is told of, and one whose node goes is not', async () => {
    const pressure = new FakePressure();
    const engine = createFakeEngine({ stream: pressure.stream });
    const warnings: string[] = [];
    const pressed = new PressedNodes(engine, { warn: (message) => void warnings.push(message) }, 1);
    const scenario = scenarioOf({ groups });
    const fleet = await makeFleet({ engine, scenario, recorder: (await makeRecorder()).recorder });
    await carryOut(fleet, scenario);
    const nodes = fleet.roster.presentOf('servers');
    for (const node of nodes) await pressed.press(node, [{ kind: 'busy', workers: 1 }]);
    engine.exit(nodes[1]?.container.id ?? '', 137);
    pressure.end('servers-1');
    await expect.poll(() => warnings).toHaveLength(1);
    expect(warnings).toEqual([
      'The pressure on servers-1 ended before it was taken back: its program was killed.',
    ]);
  });
});

describe('a look at a node', () => {
  const nothing: PressureFigures = {
    workers: 0,
    writers: 0,
    cpuUs: 0,
    writtenBytes: 0,
    memoryBytes: 0,
    filledBytes: 0,
    isReached: true,
  };
  const busy: Pressure = [{ kind: 'busy', workers: 2 }];
  const writing: Pressure = [{ kind: 'disk', workers: 1, path: '/tmp' }];
  const taking: Pressure = [{ kind: 'memory', bytes: 100 }];
  const lacking: Pressure = [{ kind: 'leave', bytes: 0 }];

  it.each<[string, Pressure, Partial<PressureFigures>[], boolean]>([
    ['workers that use the CPU', busy, [{ workers: 2 }, { workers: 2, cpuUs: 1 }], true],
    ['workers that get no CPU', busy, [{ workers: 2 }, { workers: 2 }], false],
    ['fewer workers', busy, [{ workers: 1 }, { workers: 1, cpuUs: 1 }], false],
    ['workers that nobody wants', taking, [{ workers: 2 }, { workers: 2, memoryBytes: 100 }], false],
    ['writers that write', writing, [{ writers: 1 }, { writers: 1, writtenBytes: 1 }], true],
    ['writers that wait for the disk', writing, [{ writers: 1 }, { writers: 1 }], false],
    ['memory that is held', taking, [{}, { memoryBytes: 100 }], true],
    ['less memory', taking, [{}, { memoryBytes: 99, isReached: false }], false],
    ['all memory', lacking, [{}, { memoryBytes: 1 }], true],
    ['a full disk', [{ kind: 'full', leaveBytes: 0 }], [{}, { filledBytes: 8 }], true],
    ['a disk that is to be free', taking, [{}, { memoryBytes: 100, filledBytes: 8 }], false],
    ['a program that is to be gone', [], [{}, {}], false],
    ['no program', busy, [], false],
    ['no program where none is to be', [], [], true],
  ])('sees %s', async (_, wanted, figures, isSo) => {
    const looks = figures.map((each) => ({ ...nothing, ...each }));
    const host = { ...idleFaultHost, pressureOn: async () => looks.shift() };
    expect((await pressureAspect.look(host, 'servers-1', wanted, [])).isSo).toBe(isSo);
  });

  it.each<[string, number, boolean]>([
    ['a clock that is ahead', 5000, true],
    ['a clock that is right', 0, false],
  ])('sees %s', async (_, aheadMs, isSo) => {
    const host = {
      ...idleFaultHost,
      pressureOn: async () => nothing,
      clockOf: async () => ({ leastMs: aheadMs - 20, mostMs: aheadMs + 20 }),
    };
    const wanted: Pressure = [{ kind: 'clock', offsetMs: 5000 }];
    expect((await pressureAspect.look(host, 'servers-1', wanted, [])).isSo).toBe(isSo);
    const gone = { ...host, pressureOn: async () => undefined };
    expect((await pressureAspect.look(gone, 'servers-1', [], wanted)).isSo).toBe(!isSo);
  });

  it('sees that a node without memory has ended, and takes that for no other fault', async () => {
    const host = { ...idleFaultHost, isRunning: async () => false };
    expect(await pressureAspect.look(host, 'servers-1', lacking, [])).toEqual({
      isSo: true,
      saw: 'its container has ended',
    });
    expect((await pressureAspect.look(host, 'servers-1', busy, [])).isSo).toBe(false);
  });
});

it('the plan says what is done to whom, and only nodes that may be hit get the program', () => {
  const scenario = scenarioOf({
    groups,
    timeline: [
      { at: '10s', stress: { group: 'database', cpu: '12.5%', io: 1, for: '5s' } },
      { at: '20s', 'disk-full': { group: 'database', leave: '1MiB', for: '5s' } },
      { at: '30s', 'out-of-memory': { group: 'servers', count: 1, rule: 'newest' } },
    ],
  });
  expect(makePlan(scenario).actions.map(({ summary }) => summary)).toEqual([
    'stress database: 12.5% of the CPU, 1 writer to /tmp, for 5s',
    'end of stress: database',
    'fill the disk of database, all but 1MiB, for 5s',
    'end of full disk: database',
    'take all memory of 1 of servers, the newest',
  ]);
  expect(pressedGroups(scenario)).toEqual(['database', 'servers']);
  expect(pressedGroups(scenarioOf({ groups }))).toEqual([]);
});

describe('what is wrong', () => {
  const others = {
    ...groups,
    plain: { role: 'server', image: 'mine' },
    free: { role: 'server', memory: 'unlimited' },
  } as const;
  it.each<[string, Timeline, string, RegExp]>([
    [
      'stress of nothing',
      [{ at: '10s', stress: { group: 'servers' } }],
      'timeline.0.stress.cpu',
      /at least one of/,
    ],
    [
      'a share of more than all',
      [{ at: '10s', stress: { group: 'servers', cpu: '150%' } }],
      'timeline.0.stress.cpu',
      /no share|neither/,
    ],
    [
      'a word for a number of workers',
      [{ at: '10s', stress: { group: 'servers', cpu: 'two' } }],
      'timeline.0.stress.cpu',
      /write for example .*50%/,
    ],
    [
      'more workers than there can be',
      [{ at: '10s', stress: { group: 'servers', cpu: 65 } }],
      'timeline.0.stress.cpu',
      /64/,
    ],
    [
      'more workers together',
      [
        { at: '10s', stress: { group: 'servers', cpu: 40 } },
        { at: '20s', stress: { nodes: ['servers-1'], cpu: 30 } },
      ],
      'timeline.1.stress',
      /70 workers .* 64 in all/,
    ],
    [
      'writers on nodes without a disk',
      [{ at: '10s', stress: { group: 'servers', io: 1 } }],
      'timeline.0.stress.io',
      /"servers" have none/,
    ],
    [
      'a folder for nobody',
      [{ at: '10s', stress: { group: 'database', cpu: 1, path: '/data' } }],
      'timeline.0.stress.path',
      /belongs to `io`/,
    ],
    [
      'a folder that is none',
      [{ at: '10s', stress: { group: 'database', io: 1, path: 'data folder' } }],
      'timeline.0.stress.path',
      /no folder of a node/,
    ],
    [
      'memory of nodes without a limit',
      [{ at: '10s', 'out-of-memory': { group: 'plain' } }],
      'timeline.0.out-of-memory',
      /"plain" have no memory limit.*`memory`/,
    ],
    [
      'memory of nodes whose limit was lifted',
      [{ at: '10s', 'out-of-memory': { group: 'free' } }],
      'timeline.0.out-of-memory',
      /"free" have no memory limit/,
    ],
    [
      'all of the memory left',
      [{ at: '10s', 'out-of-memory': { group: 'servers', leave: '96MiB' } }],
      'timeline.0.out-of-memory.leave',
      /all of their 96MiB/,
    ],
    [
      'the clock of an image of somebody else',
      [{ at: '10s', clock: { group: 'plain', ahead: '5s' } }],
      'timeline.0.clock',
      /"plain" can't be set/,
    ],
    [
      'a clock that goes nowhere',
      [{ at: '10s', clock: { group: 'servers' } }],
      'timeline.0.clock',
      /ahead.*behind/,
    ],
    [
      'a full disk that stays empty',
      [{ at: '10s', 'disk-full': { group: 'database', leave: '64MiB' } }],
      'timeline.0.disk-full.leave',
      /leaves nodes of "database" all of their 64MiB; write less than that/,
    ],
    [
      'the disk of the host',
      [{ at: '10s', 'disk-full': { group: 'plain' } }],
      'timeline.0.disk-full',
      /"plain" have no disk of their own.*`disk`/,
    ],
  ])('%s is told with its place', (_, timeline, place, message) => {
    const problems = problemsIn(others, timeline);
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.message).toMatch(message);
  });

  it('a second disk where peers have their files is told with its place', () => {
    const peers = { peers: { role: 'peer', replicas: 2, disk: { path: '/tmp', size: '8MiB' } } } as const;
    expect(problemsIn(peers, []).map(({ place }) => place)).toEqual(['groups.peers.disk']);
  });
});
