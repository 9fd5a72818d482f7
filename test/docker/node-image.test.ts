// The node program in real containers: its footprint and cost under limits, a database shared and lost, the agent's counters and pipe.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AgentClient } from '../../orchestrator/agent/agent-client.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import {
  type ContainerSpec,
  type Engine,
  Label,
  type Network,
  type RunningContainer,
} from '../../orchestrator/engine/engine.ts';
import { NODE_IMAGE, POSTGRES_IMAGE } from '../../orchestrator/image-names.ts';
import { processOf } from './process-of.ts';
import { imageOn } from './topolab.ts';
import { until } from './until.ts';

const run = `node-${randomBytes(4).toString('hex')}`;
const labels = { [Label.run]: run };
const MiB = 1024 * 1024;
/** Until a node is ready, on a machine that is busy. */
const readyWithinMs = 120_000;
const started: RunningContainer[] = [];
let engine: Engine;
let nodeImage: string;
let network: Network;
let agentId: string;
let agent: AgentClient;

beforeAll(async () => {
  engine = await connectDocker();
  nodeImage = await imageOn(engine, NODE_IMAGE);
  await imageOn(engine, POSTGRES_IMAGE);
  network = await engine.createNetwork({ name: `topolab-${run}`, labels });
  const launched = await engine.launch({
    ...specOf('agent', {}),
    command: ['agent'],
    hostPid: true,
    hardened: true,
    user: '64999:64999',
    mounts: [{ kind: 'bind', source: '/sys/fs/cgroup', path: '/host/cgroup', readOnly: true }],
  });
  agentId = launched.id;
  agent = await AgentClient.connect(engine, agentId, run);
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ id }) => engine.remove(id)));
});

afterAll(async () => {
  await agent?.[Symbol.asyncDispose]();
  if (agentId !== undefined) await engine.remove(agentId);
  if (network !== undefined) await engine.removeNetwork(network.id);
  await engine?.[Symbol.asyncDispose]();
});

function specOf(node: string, env: Record<string, string>): ContainerSpec {
  return {
    name: `topolab-${run}-${node}`,
    image: nodeImage,
    labels,
    env: { NODE_NAME: node, ...env },
    cpus: null,
    memoryBytes: null,
    network: { id: network.id, aliases: [node] },
  };
}

async function launch(spec: ContainerSpec): Promise<RunningContainer> {
  const container = await engine.launch(spec);
  started.push(container);
  return container;
}

async function launchServer(
  node: string,
  env: Record<string, string>,
  cpus: number,
): Promise<RunningContainer> {
  const container = await launch({
    ...specOf(node, env),
    command: ['server'],
    cpus,
    memoryBytes: 64 * MiB,
    hardened: true,
    pidsLimit: 64,
  });
  const ready = await agent.probe({ kind: 'http', port: 8080, path: '/ready' }, node, readyWithinMs);
  if (!ready.ready) throw new Error(`${node}: ${ready.lastError}\n${await engine.logs(container.id)}`);
  return container;
}

/** The exposition of the containers that the agent is told of. */
async function exposition(...containers: readonly { id: string }[]): Promise<string> {
  await agent.setContainers(containers.map(({ id }) => ({ id, labels: {} })));
  const { status, body } = await agent.http('GET', '127.0.0.1:9700', `/runs/${run}/containers/metrics`);
  expect(status).toBe(200);
  return body.toString();
}

async function countersOf(container: RunningContainer): Promise<(name: string) => number> {
  const text = await exposition(container);
  return (name) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
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

async function eventsOf(node: string): Promise<{ readonly id: number; readonly message: string }[]> {
  const [, page] = await ask('GET', node, '/events?after=0');
  return (JSON.parse(page) as { events: { id: number; message: string }[] }).events;
}

describe('a server under limits', () => {
  test('fits its memory, costs what it is told to for each request, and drains on SIGTERM', async () => {
    const server = await launchServer('s1', { REQUEST_COST_MS: '4' }, 0.5);
    const before = await countersOf(server);
    expect(before('container_spec_cpu_cores')).toBe(0.5);
    expect(before('container_memory_working_set_bytes')).toBeLessThan(40 * MiB);
    const requests = 300;
    for (let done = 0; done < requests; done += 10) {
      await Promise.all(Array.from({ length: 10 }, async () => ask('GET', 's1', '/work')));
    }
    const after = await countersOf(server);
    const name = 'container_cpu_usage_seconds_total';
    const costMs = ((after(name) - before(name)) / requests) * 1000;
    // Each request here opens a connection of its own, which costs more CPU on a machine that is slow or shared: the upper bound is wide.
    expect(costMs).toBeGreaterThan(3.95);
    expect(costMs).toBeLessThan(16);
    const stopped = engine.wait(server.id);
    await engine.signal(server.id, 'SIGTERM');
    expect(await stopped).toBe(0);
  });

  test('a wrong setting ends it with exit code 2 and a message that names it', async () => {
    const server = await launch({ ...specOf('s1', { PORT: 'eighty' }), command: ['server'], hardened: true });
    expect(await engine.wait(server.id)).toBe(2);
    expect(await engine.logs(server.id)).toContain("PORT is 'eighty'");
  });
});

describe('servers with a database', () => {
  test('share records and events, refuse while it is away, and recover', async () => {
    const password = randomBytes(8).toString('hex');
    const store = await launch({
      ...specOf('store', { POSTGRES_PASSWORD: password }),
      image: POSTGRES_IMAGE,
    });
    const env = { DATABASE_URL: `postgres://postgres:${password}@store:5432/postgres` };
    // At once, so that both make the tables.
    await Promise.all([launchServer('s1', env, 1), launchServer('s2', env, 1)]);
    expect((await ask('PUT', 's1', '/records/a', 'kept'))[0]).toBe(204);
    expect(await ask('GET', 's2', '/records/a')).toEqual([200, 'kept']);

    const receivers = ['s1', 's2'].map(async (node) => ask('GET', node, '/events?after=0&waitMs=20000'));
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) =>
        ask('POST', `s${(index % 2) + 1}`, '/events', `m${index}`),
      ),
    );
    await Promise.all(receivers);
    const pages = await until(
      'all events on both servers',
      async () => Promise.all(['s1', 's2'].map(async (node) => eventsOf(node))),
      (both) => both.every(({ length }) => length >= 40),
    );
    expect(pages[0]).toEqual(pages[1]);
    const events = pages[0] ?? [];
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(new Set(events.map(({ message }) => message)).size).toBe(40);

    await engine.stop(store.id, 5000);
    await engine.remove(store.id);
    expect((await ask('GET', 's1', '/records/a'))[0]).toBe(503);
    expect((await ask('GET', 's1', '/ready'))[0]).toBe(503);
    await launch({
      ...specOf('store', { POSTGRES_PASSWORD: password }),
      name: `topolab-${run}-store-2`,
      image: POSTGRES_IMAGE,
    });
    const back = await agent.probe({ kind: 'http', port: 8080, path: '/ready' }, 's1', readyWithinMs);
    expect(back.ready).toBe(true);
    expect((await ask('PUT', 's1', '/records/b', 'again'))[0]).toBe(204);
    // A new database counts its events from the beginning.
    await until(
      'an event reaches who waits for one',
      async () => {
        const receiver = ask('GET', 's1', '/events?waitMs=2000');
        // Mostly enough for it to wait; where not, it is asked again.
        await sleep(300);
        expect((await ask('POST', 's1', '/events', 'new'))[0]).toBe(201);
        return (await receiver)[1];
      },
      (page) => page.includes('"message":"new"'),
    );
  });
});

describe('the agent', () => {
  test('carries bytes of any value and number through its pipe', async () => {
    await launchServer('s1', { FILES: JSON.stringify({ 'big.bin': 5_000_000 }) }, 1);
    const direct = await agent.http('GET', 's1:8080', '/files/big.bin');
    expect(direct.body).toHaveLength(5_000_000);
    const { createHash } = await import('node:crypto');
    const [, listed] = await ask('GET', 's1', '/files');
    expect(listed).toContain(createHash('sha256').update(direct.body).digest('hex'));
  });

  test('reads a container whose id is all that it is told, and nothing for an id that no container has', async () => {
    const server = await launchServer('s1', {}, 1);
    expect(await exposition({ id: '0'.repeat(64) })).toBe('');
    expect(await exposition(server)).toContain('container_cpu_usage_seconds_total');
    const pid = await processOf(server.id);
    expect(await agent.processesOf([server.id, '0'.repeat(64)])).toEqual(new Map([[server.id, pid]]));
  });

  test('survives malformed requests', async () => {
    await agent.exchange('127.0.0.1:9700', 'not http at all\r\n\r\n').catch(() => '');
    expect((await agent.http('GET', '127.0.0.1:9700', '/%zz')).status).toBe(400);
    expect((await agent.http('GET', '127.0.0.1:9700', '/healthz')).status).toBe(200);
  });
});
