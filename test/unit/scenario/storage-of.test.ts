import { expect, it } from 'vitest';
import { storageOf } from '../../../orchestrator/scenario/groups/storage-of.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../plan/plan-fixtures.ts';

const having = (...volumes: string[]) => ({
  role: 'service' as const,
  image: 'own:1',
  port: 80,
  volumes: Object.fromEntries(volumes.map((volume) => [`/${volume}`, volume])),
});

it.each<[string, ScenarioInput['groups'], Record<string, string>]>([
  ['nothing, without volumes and backups', { a: having(), db: { role: 'store' } }, {}],
  ['its backups', { db: { role: 'store', backup: { method: 'pgbackrest' } } }, { db: 'db' }],
  ['what no other group has', { a: having('x'), b: having('y') }, { a: 'a', b: 'b' }],
  ['a volume with another group', { a: having('x'), b: having('y', 'x') }, { a: 'a', b: 'a' }],
  [
    'volumes with groups that share none with each other',
    { a: having('x'), b: having('y'), c: having('z'), d: having('y', 'x') },
    { a: 'a', b: 'a', c: 'c', d: 'a' },
  ],
])('a group keeps %s', (_what, groups, expected) => {
  expect(Object.fromEntries(storageOf(scenarioOf({ groups }).groups))).toEqual(expected);
});
