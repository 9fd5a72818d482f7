import { expect, test } from 'vitest';
import { HAPROXY_IMAGE, K6_IMAGE, NODE_IMAGE, PROMETHEUS_IMAGE } from '../../../orchestrator/image-names.ts';
import { imagesOf } from '../../../orchestrator/run/images-of-scenario.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';

function scenarioWith(groups: readonly { image: string; foreignImage: boolean }[], loads: readonly string[]) {
  const plain = groups.map((group) => ({ ...group, role: 'server', link: null, distances: [] }));
  return { groups: plain, loads: loads.map((image) => ({ image })), timeline: [] } as unknown as Scenario;
}

test('each image is named once, those that people bring first', () => {
  const scenario = scenarioWith(
    [
      { image: NODE_IMAGE, foreignImage: false },
      { image: 'example/app:1', foreignImage: true },
      { image: HAPROXY_IMAGE, foreignImage: false },
      { image: NODE_IMAGE, foreignImage: false },
    ],
    [K6_IMAGE, K6_IMAGE],
  );
  expect(imagesOf(scenario)).toEqual([
    'example/app:1',
    NODE_IMAGE,
    HAPROXY_IMAGE,
    K6_IMAGE,
    PROMETHEUS_IMAGE,
  ]);
});

test('a scenario without nodes of ours still needs the node image, for the agent', () => {
  expect(imagesOf(scenarioWith([{ image: 'example/app:1', foreignImage: true }], []))).toContain(NODE_IMAGE);
});
