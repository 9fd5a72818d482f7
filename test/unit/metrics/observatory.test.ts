import { expect, test } from 'vitest';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import {
  agentSpec,
  launchObservatory,
  type ObservatoryOptions,
  prometheusSpec,
} from '../../../orchestrator/metrics/observatory.ts';

const options: ObservatoryOptions = {
  network: { id: 'n1', name: 'topolab-r1' },
  run: 'r1',
  images: { node: 'topolab/node:1', prometheus: 'prom/prometheus:1' },
  labels: { 'topolab.scenario': 'first-run' },
};

test('both containers carry the run, and answer to their names in its network', async () => {
  const engine = createFakeEngine();
  const network = await engine.createNetwork({ name: 'topolab-r1', labels: {} });
  const { agent, prometheus } = await launchObservatory(engine, { ...options, network });
  expect(agent.labels).toMatchObject({ 'topolab.run': 'r1', 'topolab.role': 'agent' });
  expect(prometheus.labels).toMatchObject({ 'topolab.run': 'r1', 'topolab.scenario': 'first-run' });
  expect(agentSpec(options).network?.aliases).toEqual(['agent']);
  expect(prometheusSpec(options).network?.aliases).toEqual(['prometheus']);
});

test('where one of the two does not start, the other is removed', async () => {
  const engine = createFakeEngine();
  const network = await engine.createNetwork({ name: 'topolab-r1', labels: {} });
  engine.failLaunch('topolab-r1-prometheus', new Error('no memory'));
  await expect(launchObservatory(engine, { ...options, network })).rejects.toThrow('no memory');
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

test('a run keeps no port and no volume; a stack has both', () => {
  expect(prometheusSpec(options)).not.toHaveProperty('publish');
  expect(prometheusSpec(options)).not.toHaveProperty('mounts');
  const kept = prometheusSpec({ ...options, volume: 'data', publish: { prometheusPort: 9090 } });
  expect(kept.mounts).toEqual([{ kind: 'volume', volume: 'data', path: '/prometheus' }]);
  expect(kept.publish).toEqual([{ containerPort: 9090, hostPort: 9090 }]);
});
