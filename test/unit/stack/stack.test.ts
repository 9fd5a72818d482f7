import { describe, expect, test } from 'vitest';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { ensureStackImages } from '../../../orchestrator/stack/ensure-stack-images.ts';
import { findStack, stackStatus } from '../../../orchestrator/stack/find-stack.ts';
import { stackDown } from '../../../orchestrator/stack/stack-down.ts';
import { type StackUpOptions, stackUp } from '../../../orchestrator/stack/stack-up.ts';

const images = { node: 'topolab/node:1', prometheus: 'prom/prometheus:1', grafana: 'grafana/grafana:1' };
const options: StackUpOptions = { images, awaitReady: async () => {} };

function idsByPart(engine: FakeEngine): Promise<Record<string, string>> {
  return stackStatus(engine).then(({ parts }) =>
    Object.fromEntries(parts.map(({ part, containerId }) => [part, containerId])),
  );
}

async function launchNodeOf(engine: FakeEngine, run: string, role: string): Promise<void> {
  const labels = { 'topolab.run': run, 'topolab.role': role };
  await engine.launch({
    name: `topolab-${run}-${role}`,
    image: 'any',
    labels,
    env: {},
    cpus: null,
    memoryBytes: null,
  });
}

describe('stack up', () => {
  test('starts the agent, Prometheus and Grafana, with pages on loopback', async () => {
    const engine = createFakeEngine();
    const status = await stackUp(engine, { ...options, grafanaPort: 3300 });
    expect(status.state).toBe('up');
    expect(status.parts.map(({ part, url }) => [part, url])).toEqual([
      ['agent', undefined],
      ['prometheus', 'http://127.0.0.1:9090'],
      ['door', undefined],
      ['grafana', 'http://127.0.0.1:3300'],
    ]);
    expect(status.volume).toBe('topolab-stack-prometheus');
  });

  test('a second time it changes nothing', async () => {
    const engine = createFakeEngine();
    await stackUp(engine, options);
    const before = await idsByPart(engine);
    await stackUp(engine, options);
    expect(await idsByPart(engine)).toEqual(before);
  });

  test('replaces what was made from another image, and keeps the rest and the data', async () => {
    const engine = createFakeEngine();
    const before = await stackUp(engine, options).then(() => idsByPart(engine));
    await stackUp(engine, { ...options, images: { ...images, node: 'topolab/node:2' } });
    const after = await idsByPart(engine);
    expect(after['agent']).not.toBe(before['agent']);
    // It lives on the agent's network interfaces.
    expect(after['prometheus']).not.toBe(before['prometheus']);
    expect(after['grafana']).toBe(before['grafana']);
    expect((await engine.list('stack')).volumes).toHaveLength(1);
  });

  test('replaces a part that has stopped', async () => {
    const engine = createFakeEngine();
    await stackUp(engine, options);
    engine.exit((await idsByPart(engine))['prometheus'] ?? '', 1);
    expect((await stackStatus(engine)).state).toBe('partly');
    expect((await stackUp(engine, options)).state).toBe('up');
  });

  test('leaves nothing where a port is taken', async () => {
    const engine = createFakeEngine();
    engine.failLaunch(
      'topolab-stack-grafana',
      new TopolabError('port 3000 is taken', { code: 'port-taken' }),
    );
    await expect(stackUp(engine, options)).rejects.toMatchObject({ code: 'port-taken' });
    expect(await engine.list('stack')).toEqual({ containers: [], networks: [], volumes: [] });
  });

  test('runs without Grafana where its image is not available, and says so', async () => {
    const engine = createFakeEngine();
    const warnings: string[] = [];
    const found = await ensureStackImages(
      async (refs) => {
        if (refs.some((ref) => ref.startsWith('grafana/')))
          throw new TopolabError('no registry answers', { code: 'image-not-available' });
        return new Map(refs.map((ref) => [ref, `${ref}-here`]));
      },
      (message) => warnings.push(message),
    );
    expect(found.grafana).toBeUndefined();
    expect(warnings).toEqual(['The stack runs without Grafana: no registry answers']);
    const { state, parts } = await stackUp(engine, { ...options, images: found });
    expect(state).toBe('up');
    expect(parts.map(({ part }) => part)).toEqual(['agent', 'prometheus', 'door']);
  });
});

describe('a stack in use', () => {
  test('is neither replaced nor removed while a run is measured by it', async () => {
    const engine = createFakeEngine();
    await stackUp(engine, options);
    await launchNodeOf(engine, 'r1', 'server');
    const changed = { ...options, images: { ...images, node: 'topolab/node:2' } };
    await expect(stackUp(engine, changed)).rejects.toMatchObject({ code: 'stack-in-use' });
    await expect(stackDown(engine, { volumes: false })).rejects.toThrow(/in use by r1/);
    expect((await stackStatus(engine)).state).toBe('up');
  });

  test('is not one beside a run with an agent of its own', async () => {
    const engine = createFakeEngine();
    await stackUp(engine, options);
    await launchNodeOf(engine, 'r1', 'server');
    await launchNodeOf(engine, 'r1', 'agent');
    expect(await stackDown(engine, { volumes: false })).toMatchObject({ wasUp: true });
  });
});

describe('stack down', () => {
  test('keeps the data, which the next stack takes up', async () => {
    const engine = createFakeEngine();
    await stackUp(engine, options);
    const { keptVolumes } = await stackDown(engine, { volumes: false });
    expect(keptVolumes).toEqual(['topolab-stack-prometheus']);
    expect(await stackStatus(engine)).toEqual({
      state: 'down',
      host: null,
      parts: [],
      volume: keptVolumes[0],
    });
    expect((await stackUp(engine, options)).state).toBe('up');
  });

  test('removes the data where asked, and is fine where there is nothing', async () => {
    const engine = createFakeEngine();
    await stackUp(engine, options);
    await stackDown(engine, { volumes: true });
    expect(await engine.list('stack')).toEqual({ containers: [], networks: [], volumes: [] });
    expect(await stackDown(engine, { volumes: true })).toEqual({ wasUp: false, keptVolumes: [] });
  });
});

test('runs find the stack only where all of its parts but Grafana work', async () => {
  const engine = createFakeEngine();
  expect(await findStack(engine)).toBeUndefined();
  await stackUp(engine, options);
  const ids = await idsByPart(engine);
  expect(await findStack(engine)).toEqual({
    agentId: ids['agent'],
    nodeImage: 'topolab/node:1',
  });
  engine.exit(ids['agent'] ?? '', 1);
  expect(await findStack(engine)).toBeUndefined();
});
