// Zones that are far from each other, seen from nodes of both, and a balancer over groups of both that hangs while servers join and leave.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { delaysOf } from '../../orchestrator/report/facts/measured-delays.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

/** Milliseconds until connections to a host are there: the least of ten, for the machine is busy. */
const connect = `
const { connect } = require('node:net');
const once = () => new Promise((resolve) => {
  const began = performance.now();
  const socket = connect({ host: process.argv[1], port: 8080 }, () => { resolve(performance.now() - began); socket.destroy(); });
});
(async () => {
  let least = Infinity;
  for (let nth = 0; nth < 10; nth++) least = Math.min(least, await once());
  console.log(least);
})();
`;

let engine: Engine;
let run: SavedRun;
/** From the one node to the other. */
const seen = new Map<string, Promise<number>>();

beforeAll(async () => {
  engine = await connectDocker();
  const launched = new Map<string, { readonly id: string; readonly address: string }>();
  const look = (from: string, to: string): void => {
    const { id = '' } = launched.get(from) ?? {};
    const { address = '' } = launched.get(to) ?? {};
    seen.set(
      `${from} to ${to}`,
      engine.exec(id, ['node', '-e', connect, address]).then(({ stdout }) => Number(stdout)),
    );
  };
  const { folder } = await runFixture(engine, 'wide.yaml', {
    onProgress: () => {},
    onEvent: (event) => {
      if (event.type === 'node-launched')
        launched.set(event.node, { id: event.containerId, address: event.address });
      if (event.type === 'load-started') {
        look('west-1', 'east-1');
        look('east-1', 'west-1');
        look('west-1', 'west-2');
      }
      // Who joined later.
      if (event.type === 'fault-ended') {
        look('east-2', 'west-1');
        look('west-1', 'east-2');
        look('east-1', 'east-2');
      }
    },
  });
  run = await readRun(folder);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

it('delays what comes from the other zone, both ways, also to and from who joins later, and nothing else', async () => {
  const rounded = new Map<string, number>();
  for (const [who, leastMs] of seen) rounded.set(who, await leastMs);
  // A connection takes a round trip.
  for (const far of ['west-1 to east-1', 'east-1 to west-1', 'east-2 to west-1', 'west-1 to east-2'])
    expect(rounded.get(far), far).toBeGreaterThanOrEqual(80 - 0.2);
  for (const near of ['west-1 to west-2', 'east-1 to east-2'])
    expect(rounded.get(near), near).toBeLessThan(40);
});

it('measures the delays that came about beside what was asked', ({ skip }) => {
  const measured = delaysOf(run);
  skip(measured === null, 'this kernel has netem, which tells nothing of what it does');
  const packets = measured?.delays.filter((each) => each.packets > 0) ?? [];
  expect(new Set(packets.map(({ askedMs }) => askedMs))).toEqual(new Set([40]));
  expect(packets.map(({ node }) => node)).toEqual(
    expect.arrayContaining(['west-1', 'east-1', 'east-2', 'balancer-1']),
  );
  for (const { medianMs } of packets) expect(medianMs).toBeGreaterThan(40 * 0.95);
});

it('tells the balancer of servers of both groups once it answers again, which is said', () => {
  const of = <Type extends RunEvent['type']>(type: Type) =>
    run.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
  const finished = of('action-finished');
  expect(finished.filter(({ error }) => error !== undefined)).toEqual([]);
  const endedAt = of('fault-ended')[0]?.offsetMs ?? Number.NaN;
  const changes = finished.filter(({ action }) => action.change.kind.startsWith('scale'));
  expect(changes).toHaveLength(2);
  for (const { finishedMs } of changes) expect(finishedMs).toBeGreaterThan(endedAt - 1000);
  expect(of('node-left').map(({ node }) => node)).toEqual(['west-2']);
  // Every server got its share in the end, as the balancer counts them.
  const shares = (run.samples?.panels['balancer-responses'] ?? []).filter(({ points }) =>
    points.some(([atMs, value]) => atMs > endedAt + 2000 && value > 0),
  );
  expect(shares.map(({ labels }) => labels['server'])).toEqual(expect.arrayContaining(['east-2', 'west-1']));
});

it('leaves nothing behind', async () => {
  expect(await leftOf('wide')).toEqual([]);
});
