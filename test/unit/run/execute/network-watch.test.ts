import { expect, test } from 'vitest';
import type { NetworkGraph } from '../../../../orchestrator/record/network-graph.ts';
import type { RunEvent } from '../../../../orchestrator/record/event.ts';
import { NetworkWatch } from '../../../../orchestrator/run/execute/network-watch.ts';
import { Recorder } from '../../../../orchestrator/record/recorder.ts';
import { seeNetwork } from '../../../../orchestrator/run/execute/see-network.ts';

const candidate = (name: string, address: string) => ({ name, address, port: 8080 });
const answer = (body: unknown, status = 200) => ({ status, body: Buffer.from(JSON.stringify(body)) });

test('neighbours are known by name or by address, and who fails or answers nonsense is silent', async () => {
  const answers: Record<string, () => { status: number; body: Buffer }> = {
    '10.0.0.1:8080': () => answer([{ id: 'x', address: '/ip4/10.0.0.2/tcp/4001', node: '' }]),
    '10.0.0.2:8080': () => answer([{ id: 'y', address: '10.0.0.3:6881', node: 'peers-3' }]),
    '10.0.0.3:8080': () => answer({ not: 'a list' }),
    '10.0.0.4:8080': () => {
      throw new Error('connection refused');
    },
  };
  const agent = {
    http: (_: string, host: string) =>
      new Promise<{ status: number; body: Buffer }>((resolve) =>
        resolve((answers[host] ?? (() => answer([], 503)))()),
      ),
  };
  const nodes = [1, 2, 3, 4].map((number) => candidate(`peers-${number}`, `10.0.0.${number}`));
  expect(await seeNetwork(agent, nodes)).toEqual({
    nodes: ['peers-1', 'peers-2', 'peers-3', 'peers-4'],
    edges: [
      ['peers-1', 'peers-2'],
      ['peers-2', 'peers-3'],
    ],
    silent: ['peers-3', 'peers-4'],
  });
});

function makeWatch(graphs: NetworkGraph[]) {
  const events: RunEvent[] = [];
  const parts: number[] = [];
  const connected: number[] = [];
  const stop = new AbortController();
  const recorder = new Recorder({ event: (event) => events.push(event) }, []);
  recorder.startClock(Date.now());
  const watch = new NetworkWatch({
    see: () => Promise.resolve(graphs.shift() ?? { nodes: [], edges: [], silent: [] }),
    recorder,
    metrics: { setNetworkParts: (count) => parts.push(count), setConnectedAfter: (ms) => connected.push(ms) },
    events: () => events,
    signal: stop.signal,
  });
  return { watch, recorder, events, parts, connected, stop };
}

const apart: NetworkGraph = { nodes: ['a', 'b'], edges: [], silent: [] };
const together: NetworkGraph = { ...apart, edges: [['a', 'b']] };

test('each look is recorded, and the first that finds the network connected sets the time', async () => {
  const { watch, recorder, events, parts, connected } = makeWatch([apart, together, together]);
  for (const node of ['a', 'b']) recorder.record({ type: 'node-ready', node, group: 'peers', tookMs: 5 });
  for (const moment of ['first', 'second', 'third']) await watch.look(moment);
  expect(events.flatMap((event) => (event.type === 'network-seen' ? [event.moment] : []))).toEqual([
    'first',
    'second',
    'third',
  ]);
  expect(parts).toEqual([2, 1, 1]);
  expect(connected).toHaveLength(1);
});

test('where nobody can be asked nothing is recorded, and a look that fails fails nothing', async () => {
  const { watch, events } = makeWatch([]);
  await watch.look('empty');
  const failing = new NetworkWatch({
    see: () => Promise.reject(new Error('the agent is gone')),
    recorder: new Recorder({ event: () => {} }, []),
    metrics: { setNetworkParts: () => {}, setConnectedAfter: () => {} },
    events: () => [],
    signal: new AbortController().signal,
  });
  await failing.look('lost');
  expect(events).toEqual([]);
});
