// Programs that are stopped and started again, of our own image and of a foreign one, as the engine, other nodes and users see it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

/** Connects, or says why not; whoever gets no answer within a second hangs. */
const connect = `
const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port });
const say = (what) => { console.log(what); process.exit(); };
socket.on('connect', () => say('connected')).on('error', ({ code }) => say(code));
setTimeout(() => say('hangs'), 1000);
`;
/** In the database's folder of data, which is a volume of its container. */
const KEPT = '/var/lib/postgresql/data/kept';

let engine: Engine;
let run: SavedRun;
/** What was seen when the run said that something had happened. */
let seen: string[];

beforeAll(async () => {
  engine = await connectDocker();
  const ids = new Map<string, string>();
  const addresses = new Map<string, string>();
  const looking: Promise<string>[] = [];
  const state = async (node: string) =>
    `${node} ${(await engine.inspect(ids.get(node) ?? ''))?.running === true ? 'runs' : 'is down'}`;
  const out = async (node: string, ...argv: readonly string[]) => {
    const { stdout, stderr } = await engine.exec(ids.get(node) ?? '', argv);
    return stdout.trim() || stderr.trim();
  };
  const reaches = (node: string, other: string) =>
    out(node, 'node', '-e', connect, addresses.get(other) ?? '', '5432');
  let readied = 0;
  const looks: Readonly<Record<string, () => Promise<string>>> = {
    'load-started ': () => out('database-1', 'sh', '-c', `echo kept > ${KEPT}; cat ${KEPT}`),
    'fault-began f1': () => state('servers-1'),
    'fault-ended f1': () => state('servers-1'),
    'fault-ended f2': async () => `${await state('database-1')}, ${await out('database-1', 'cat', KEPT)}`,
    'fault-ended f3': () => reaches('servers-1', 'database-1'),
    'fault-began f4': () => state('servers-2'),
    'fault-ended f4': () => state('servers-2'),
    'fault-began f5': () => state('database-1'),
  };
  const { folder } = await runFixture(engine, 'lifecycle.yaml', {
    onProgress: () => {},
    onEvent: (event: RunEvent) => {
      if (event.type === 'node-launched') ids.set(event.node, event.containerId);
      if (event.type === 'node-launched' || event.type === 'node-up')
        addresses.set(event.node, event.address);
      const moment = `${event.type} ${'fault' in event ? event.fault : ''}`;
      const look = looks[moment];
      if (look !== undefined) looking.push(look().then((what) => `${moment}: ${what}`));
      // Once at its launch, and once when it is back.
      if (event.type !== 'node-ready' || event.node !== 'servers-1' || ++readied !== 2) return;
      looking.push(reaches('servers-1', 'database-1').then((what) => `servers-1 is back: ${what}`));
    },
  });
  run = await readRun(folder);
  seen = await Promise.all(looking);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

const eventsOf = (node: string) =>
  run.events.flatMap((event) => ('node' in event && event.node === node ? [event.type] : []));

describe('a program that is stopped, restarted, or dies again and again', () => {
  it('is down while that lasts, and back afterwards, with its files and with what is in force by then', () => {
    // Two of the faults begin at the same moment: which program ends first is nobody's promise.
    expect(seen.toSorted()).toEqual([
      'fault-began f1: servers-1 is down',
      'fault-began f4: servers-2 is down',
      'fault-began f5: database-1 is down',
      'fault-ended f1: servers-1 runs',
      'fault-ended f2: database-1 runs, kept',
      'fault-ended f3: connected',
      'fault-ended f4: servers-2 runs',
      'load-started : kept',
      'servers-1 is back: hangs',
    ]);
  });

  it('dies as often as the delays let it', () => {
    const [launched, ready, ...after] = eventsOf('servers-2');
    expect([launched, ready]).toEqual(['node-launched', 'node-ready']);
    const downs = after.filter((type) => type === 'node-down').length;
    // Down for 0.5 s, then for 1 s, and up for 1 s in between: four times in 6 s, fewer where starting takes long.
    expect(downs).toBeGreaterThanOrEqual(2);
    expect(downs).toBeLessThanOrEqual(4);
    expect(after.filter((type) => type === 'node-up')).toHaveLength(downs);
    // That it is ready and that it is seen to be up again are found out by two.
    expect(after.findLast((type) => type.startsWith('node-'))).toBe('node-ready');
  });

  it('is no error of the run, nor an incident, and leaves nothing', async () => {
    const errors = run.events.flatMap((event) =>
      event.type === 'action-finished' && event.error !== undefined ? [event.error] : [],
    );
    expect(errors).toEqual([]);
    const ours = run.events.filter(
      (event) =>
        event.type === 'node-exited' ||
        (event.type === 'warning' && /started again|loop/.test(event.message)),
    );
    expect(ours).toEqual([]);
    expect(await leftOf('lifecycle')).toEqual([]);
  });

  it('costs what is told of it: operations made slow, and users touched', () => {
    const costs = run.verdict?.faultCosts ?? [];
    expect(costs).toHaveLength(5);
    for (const { slow, users } of costs) {
      expect(slow).toMatchObject({ bound: 'p99-before', count: expect.any(Number) });
      expect(users?.all).toBeGreaterThan(0);
      expect(users?.touched).toBeLessThanOrEqual(users?.all ?? 0);
      expect(users?.each).toBe('iteration');
    }
  });

  it('is served by again once the balancer has found it', () => {
    expect(run.verdict?.objectives.map(({ status }) => status)).toEqual(['held']);
    const up = run.samples?.panels['balancer-servers']?.find(({ legend }) => legend === 'UP')?.points ?? [];
    expect(Math.min(...up.map(([, servers]) => servers))).toBe(1);
    expect(up.at(-1)?.[1]).toBe(2);
  });
});
