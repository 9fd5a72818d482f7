import { expect, test } from 'vitest';
import { launchedTogether } from '../../../orchestrator/scenario/groups/launch-order.ts';
import type { Role } from '../../../orchestrator/scenario/groups/group.ts';

test.each<[string, [name: string, role: Role, ...after: string[]][], string]>([
  ['nobody', [], ''],
  [
    'services that name nobody, together',
    [
      ['a', 'service'],
      ['b', 'service'],
      ['c', 'service'],
    ],
    'a b c',
  ],
  [
    'others by themselves',
    [
      ['s', 'store'],
      ['a', 'service'],
      ['b', 'service'],
      ['w', 'server'],
      ['v', 'server'],
    ],
    's, a b, w, v',
  ],
  [
    'one after another that it names',
    [
      ['db', 'service'],
      ['web', 'service', 'db'],
    ],
    'db, web',
  ],
  [
    'one that stands behind a chain with those that begin',
    [
      ['db', 'service'],
      ['web', 'service', 'db'],
      ['cache', 'service'],
    ],
    'db cache, web',
  ],
  [
    'a chain and a side of it',
    [
      ['a', 'service'],
      ['b', 'service', 'a'],
      ['c', 'service', 'b'],
      ['d', 'service', 'a'],
    ],
    'a, b d, c',
  ],
  [
    'a service after a server',
    [
      ['db', 'service'],
      ['web', 'server'],
      ['worker', 'service', 'web'],
      ['other', 'service', 'web'],
    ],
    'db, web, worker other',
  ],
])('%s', (_, groups, expected) => {
  const ordered = groups.map(([name, role, ...after]) => ({ name, role, after }));
  const batches = launchedTogether(ordered);
  expect(batches.map((batch) => batch.map(({ name }) => name).join(' ')).join(', ')).toBe(expected);
});
