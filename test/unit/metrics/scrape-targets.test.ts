import { expect, test } from 'vitest';
import {
  containersTarget,
  hostTarget,
  nodeTarget,
  orchestratorTarget,
} from '../../../orchestrator/metrics/scrape-targets.ts';

const run = { run: 'r1', scenario: 's' };
const node = { ...run, group: 'servers', node: 'servers-1', role: 'server', host: 'box' };

test('all containers of a run are one target, which says itself what is whose', () => {
  expect(containersTarget(run)).toEqual({
    targets: ['127.0.0.1:9700'],
    labels: { ...run, job: 'containers', __metrics_path__: '/runs/r1/containers/metrics' },
  });
});

test('a node is scraped at its address, where it says its metrics are', () => {
  expect(nodeTarget(node, '172.20.0.5', { port: 8080, path: '/stats' })).toEqual({
    targets: ['172.20.0.5:8080'],
    labels: { ...node, job: 'nodes', __metrics_path__: '/stats' },
  });
});

test('the zone of its group is a label', () => {
  const { labels } = nodeTarget({ ...node, zone: 'east' }, '172.20.0.5', { port: 8080, path: '/' });
  expect(labels).toMatchObject({ node: 'servers-1', zone: 'east' });
});

test('only what is named becomes a label', () => {
  const richer = { ...node, cpus: '0.2' };
  expect(nodeTarget(richer, '172.20.0.5', { port: 8080, path: '/' }).labels).not.toHaveProperty('cpus');
});

test('the orchestrator keeps the label `group` for what its metrics are about', () => {
  expect(orchestratorTarget(run).labels).not.toHaveProperty('group');
  expect(orchestratorTarget(run).labels['__metrics_path__']).toBe('/runs/r1/metrics');
});

test('targets at the agent differ, so that none replaces another', () => {
  const targets = [
    containersTarget(run),
    orchestratorTarget(run),
    hostTarget(run, 'box'),
    hostTarget(run, 'other'),
    hostTarget({ ...run, run: 'r2' }, 'box'),
  ];
  expect(new Set(targets.map((target) => JSON.stringify(target))).size).toBe(targets.length);
});
