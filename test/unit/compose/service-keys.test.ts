import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { serviceKeys } from '../../../orchestrator/compose/service/service-keys.ts';
import { composeOf, linesOf } from './compose-of.ts';

const published = JSON.parse(
  readFileSync(new URL('../../../orchestrator/compose/schema/compose-spec.json', import.meta.url), 'utf8'),
) as { $defs: { service: { properties: Record<string, unknown> } } };

describe('keys of services', () => {
  test('every one that the published schema has is taken, needless, or told of, and no other', () => {
    expect(Object.keys(serviceKeys).toSorted()).toEqual(
      Object.keys(published.$defs.service.properties).toSorted(),
    );
  });

  test.each(
    Object.entries(serviceKeys).flatMap(([key, { kind, words }]) =>
      kind === 'not-honoured' ? [[key, words] as const] : [],
    ),
  )('%s is told of by name, once, with its place', (key, words) => {
    const { remarks } = composeOf(`
services:
  web: { image: shop }
  other:
    image: shop
    ${key}: always
  third: { image: shop, ${key}: always }
`);
    expect(linesOf(remarks)).toEqual([
      `compose.yaml:6:5 services.other.${key}: is not honoured: ${words} (and so in 1 more place)`,
    ]);
  });

  test('what says that something is off is nothing to tell of', () => {
    expect(
      composeOf('services: { web: { image: shop, restart: "no", privileged: false, read_only: false } }'),
    ).toMatchObject({ problems: [], remarks: [] });
    expect(
      composeOf('services: { web: { image: shop, deploy: { restart_policy: { condition: none } } } }'),
    ).toMatchObject({ problems: [], remarks: [] });
  });

  test('of `deploy`, restarts and devices are told of as they are beside it', () => {
    const { remarks } = composeOf(`
services:
  web:
    image: shop
    deploy:
      restart_policy: { condition: on-failure, max_attempts: 3 }
      placement: { constraints: [node.role == worker] }
      resources:
        reservations: { memory: 1G, devices: [{ capabilities: [gpu], count: 1 }] }
`);
    const { restart, gpus } = serviceKeys;
    expect(linesOf(remarks)).toEqual([
      `compose.yaml:6:7 services.web.deploy.restart_policy: is not honoured: ${restart?.words}`,
      `compose.yaml:9:37 services.web.deploy.resources.reservations.devices: is not honoured: ${gpus?.words}`,
    ]);
  });
});
