import { expect, test } from 'vitest';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import {
  agentSpec,
  launchObservers,
  type ObserversOptions,
  prometheusSpec,
} from '../../../orchestrator/metrics/observers.ts';

const options: ObserversOptions = {
  networks: [
    { id: 'n1', name: 'topolab-r1' },
    { id: 'n2', name: 'topolab-r1-observers' },
  ],
  run: 'r1',
  images: { node: 'topolab/node:1', prometheus: 'prom/prometheus:1' },
  labels: { 'topolab.scenario': 'first-run' },
};

test('both containers carry the run; the agent is on both networks, Prometheus behind it on loopback', async () => {
  const engine = createFakeEngine();
  const { agent, prometheus } = await launchObservers(engine, options);
  expect(agent.labels).toMatchObject({ 'topolab.run': 'r1', 'topolab.role': 'agent' });
  expect(prometheus.labels).toMatchObject({ 'topolab.run': 'r1', 'topolab.scenario': 'first-run' });
  expect(agentSpec(options).network?.aliases).toEqual(['agent']);
  expect(agentSpec(options).alsoIn).toEqual([{ id: 'n2', aliases: ['agent'] }]);
  expect(prometheusSpec(options)).not.toHaveProperty('network');
  expect(prometheusSpec(options).networkOf).toBe(agentSpec(options).name);
  expect(prometheusSpec(options).command).toContain('--web.listen-address=127.0.0.1:9090');
});

test('where one of the two does not start, the other is removed', async () => {
  const engine = createFakeEngine();
  engine.failLaunch('topolab-r1-prometheus', new Error('no memory'));
  await expect(launchObservers(engine, options)).rejects.toThrow('no memory');
  expect(engine.containers.size).toBe(0);
});

test('the agent reads the host and can change nothing of it', () => {
  const spec = agentSpec(options);
  expect(spec).toMatchObject({ hostPid: true, hardened: true });
  expect(spec).not.toHaveProperty('capabilities');
  // Of the same user as nodes it could read their memory and files.
  expect(spec.user).not.toContain('65532');
  expect(spec.user).not.toMatch(/^(0|root)\b/);
  expect(spec.mounts).toEqual([
    { kind: 'bind', source: '/sys/fs/cgroup', path: '/host/cgroup', readOnly: true },
  ]);
});

test('no port of either is published; a stack keeps its data', () => {
  expect(prometheusSpec(options)).not.toHaveProperty('publish');
  expect(agentSpec({ ...options, readers: true })).not.toHaveProperty('publish');
  expect(prometheusSpec(options)).not.toHaveProperty('mounts');
  const kept = prometheusSpec({ ...options, volume: 'data' });
  expect(kept.mounts).toEqual([{ kind: 'volume', volume: 'data', path: '/prometheus' }]);
});
