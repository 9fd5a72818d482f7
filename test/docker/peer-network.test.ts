// Five peers in real containers: they find each other both ways, hear each other's events, agree on transactions and keep records
// though peers are killed; also in a network that leads nowhere.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AgentClient } from '../../orchestrator/agent/agent-client.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import {
  type ContainerSpec,
  type Engine,
  Label,
  type Network,
  type RunningContainer,
} from '../../orchestrator/engine/engine.ts';
import { killNode } from '../../orchestrator/fleet/nodes/kill-node.ts';
import { PEER_IMAGE } from '../../orchestrator/image-names.ts';
import { imageOn } from './topolab.ts';
import { until } from './until.ts';

const peers = ['p1', 'p2', 'p3', 'p4', 'p5'];

describe.each(['directory', 'broadcast'] as const)('five peers that find each other by %s', (discovery) => {
  const run = `peers-${randomBytes(4).toString('hex')}`;
  const labels = { [Label.run]: run };
  const containers = new Map<string, RunningContainer>();
  let engine: Engine;
  let network: Network;
  let image: string;
  let agent: AgentClient;

  beforeAll(async () => {
    engine = await connectDocker();
    image = await imageOn(engine, PEER_IMAGE);
    const internet = discovery === 'directory';
    network = await engine.createNetwork({ name: `topolab-${run}`, labels, internet });
    const launched = await launch('agent', ['agent'], {});
    agent = await AgentClient.connect(engine, launched.id, run);
    if (discovery === 'directory') await launch('tracker', ['tracker'], { SERVICES: 'events,records' });
    const tracker = discovery === 'directory' ? { TRACKER: 'tracker' } : {};
    await Promise.all(
      peers.map(async (peer) => launch(peer, ['peer'], { ...tracker, SERVICES: 'events,records' })),
    );
    for (const peer of peers) {
      const { ready } = await agent.probe({ kind: 'http', port: 8080, path: '/ready' }, peer, 120_000);
      if (!ready) throw new Error(await engine.logs(containers.get(peer)?.id ?? ''));
    }
    await untilFigures('topolab_network_members', 5);
  });

  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await Promise.all([...containers.values()].map(async ({ id }) => engine.remove(id)));
    if (network !== undefined) await engine.removeNetwork(network.id);
    await engine?.[Symbol.asyncDispose]();
  });

  async function launch(
    node: string,
    command: string[],
    env: Record<string, string>,
  ): Promise<RunningContainer> {
    const spec: ContainerSpec = {
      name: `topolab-${run}-${node}`,
      image,
      labels,
      env: { NODE_NAME: node, TOPOLAB_RUN: run, ...env },
      command,
      cpus: null,
      memoryBytes: null,
      hardened: node !== 'agent',
      network: { id: network.id, aliases: [node] },
    };
    const container = await engine.launch(spec);
    containers.set(node, container);
    return container;
  }

  async function ask(
    method: 'GET' | 'PUT' | 'POST',
    node: string,
    path: string,
    body?: string,
  ): Promise<[number, string]> {
    const answer = await agent.http(method, `${node}:8080`, path, body === undefined ? {} : { body });
    return [answer.status, answer.body.toString()];
  }

  async function figures(metric: string): Promise<number[]> {
    const texts = await Promise.all(alive().map(async (node) => ask('GET', node, '/metrics')));
    return texts.map(([, text]) => Number(new RegExp(`^${metric}(?:\\{.*\\})? (.*)$`, 'm').exec(text)?.[1]));
  }

  async function untilFigures(metric: string, expected: number): Promise<void> {
    await until(
      `${metric} is ${expected} everywhere`,
      () => figures(metric),
      (seen) => seen.every((figure) => figure === expected),
    );
  }

  function alive(): string[] {
    return peers.filter((peer) => containers.has(peer));
  }

  async function kill(node: string): Promise<void> {
    const container = containers.get(node);
    containers.delete(node);
    if (container === undefined) return;
    await killNode(engine, container);
    await engine.remove(container.id);
  }

  test('know their neighbours by name', async () => {
    for (const peer of peers) {
      const neighbours = JSON.parse((await ask('GET', peer, '/neighbours'))[1]) as { node: string }[];
      expect(neighbours.length).toBeGreaterThan(0);
      for (const { node } of neighbours) expect(peers.filter((name) => name !== peer)).toContain(node);
    }
    for (const seconds of await figures('topolab_time_to_first_neighbour_seconds')) {
      expect(seconds).toBeGreaterThan(0);
    }
  });

  test('all receive what each publishes, once', async () => {
    for (const peer of peers) expect((await ask('POST', peer, '/events', `from ${peer}`))[0]).toBe(201);
    await untilFigures('topolab_events_received_total', 4);
    for (const peer of peers) {
      const page = JSON.parse((await ask('GET', peer, '/events?after=0'))[1]) as {
        events: { message: string; publishedBy: string }[];
      };
      expect(page.events.map(({ message }) => message).sort()).toEqual(peers.map((name) => `from ${name}`));
    }
  });

  test('apply the same transactions', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) =>
        ask('POST', peers[index % 5] ?? '', '/transactions', `pay ${index}`),
      ),
    );
    expect(answers.map(([status]) => status)).toEqual(answers.map(() => 201));
    const { id } = JSON.parse(answers[0]?.[1] ?? '') as { id: string };
    await untilFigures('topolab_transactions_applied_total', 30);
    const digests = await Promise.all(
      peers.map(async (peer) => (await ask('GET', peer, '/transactions/digest'))[1]),
    );
    expect(new Set(digests).size).toBe(1);
    expect(JSON.parse((await ask('GET', 'p3', `/transactions/${id}`))[1])).toMatchObject({
      payload: 'pay 0',
    });
  });

  test('keep records when two of the three that hold one are killed at once', async () => {
    for (let record = 0; record < 20; record += 1) {
      const peer = peers[record % 5] ?? '';
      expect((await ask('PUT', peer, `/records/r${record}`, `value ${record}`))[0]).toBe(204);
    }
    await Promise.all(['p4', 'p5'].map(kill));
    for (let record = 0; record < 20; record += 1) {
      const peer = alive()[record % 3] ?? '';
      // At first they may still ask those who are gone.
      const [, value] = await until(
        `record ${record} at ${peer}`,
        () => ask('GET', peer, `/records/r${record}`),
        ([status]) => status === 200,
      );
      expect(value).toBe(`value ${record}`);
    }
    await untilFigures('topolab_network_members', 3);
    // All three hold everything now.
    await untilFigures('topolab_record_replicas', 20);
  });

  test.runIf(discovery === 'directory')('go on without the directory', async () => {
    await kill('tracker');
    expect((await ask('POST', 'p1', '/events', 'still here'))[0]).toBe(201);
    await until(
      'the event at p2',
      () => ask('GET', 'p2', '/events?after=0'),
      ([, events]) => events.includes('still here'),
    );
  });
});
