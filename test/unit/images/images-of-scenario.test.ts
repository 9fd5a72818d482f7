import { expect, test } from 'vitest';
import { HAPROXY_IMAGE, K6_IMAGE, NODE_IMAGE, PROMETHEUS_IMAGE } from '../../../orchestrator/image-names.ts';
import { imagesOf } from '../../../orchestrator/run/needs/images-of-scenario.ts';
import type { ImageTerms } from '../../../orchestrator/scenario/groups/image-terms.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';

interface Asked extends Partial<ImageTerms> {
  readonly image: string;
  readonly foreignImage?: boolean;
}

const noTerms = { pull: null, platform: null };

function scenarioWith(groups: readonly Asked[], loads: readonly Asked[]) {
  const plain = { ...noTerms, role: 'server', link: null, distances: [], foreignImage: false };
  return {
    groups: groups.map((group) => ({ ...plain, ...group })),
    loads: loads.map((load) => ({ ...noTerms, ...load })),
    timeline: [],
  } as unknown as Scenario;
}

test('each image is named once, those that people bring first', () => {
  const scenario = scenarioWith(
    [
      { image: NODE_IMAGE },
      { image: 'example/app:1', foreignImage: true },
      { image: HAPROXY_IMAGE },
      { image: NODE_IMAGE },
    ],
    [{ image: K6_IMAGE }, { image: K6_IMAGE }],
  );
  const refs = ['example/app:1', NODE_IMAGE, HAPROXY_IMAGE, K6_IMAGE, PROMETHEUS_IMAGE];
  expect(imagesOf(scenario)).toEqual(refs.map((ref) => ({ ref })));
});

test('an image is got on the terms of whoever says some', () => {
  const app = { image: 'example/app:1', foreignImage: true };
  const scenario = scenarioWith(
    [app, { ...app, pull: 'always' }],
    [{ image: K6_IMAGE, platform: 'linux/arm64' }],
  );
  expect(imagesOf(scenario)).toEqual(
    expect.arrayContaining([
      { ref: app.image, pull: 'always' },
      { ref: K6_IMAGE, platform: 'linux/arm64' },
    ]),
  );
});

test('a scenario without nodes of ours still needs the node image, for the agent', () => {
  const scenario = scenarioWith([{ image: 'example/app:1', foreignImage: true }], []);
  expect(imagesOf(scenario)).toContainEqual({ ref: NODE_IMAGE });
});
