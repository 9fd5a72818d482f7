// Changes of rights in the plan: what a user has afterwards, and who is told.
import { expect, it } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from './plan-fixtures.ts';

const access: ScenarioInput['access'] = {
  users: { bob: { rights: ['publish', 'read'] }, dave: {} },
  ignoredBy: [],
};
const servers: ScenarioInput['groups'] = {
  database: { role: 'store' },
  servers: { role: 'server', store: 'database', replicas: 3 },
};
const peers: ScenarioInput['groups'] = { peers: { role: 'peer', replicas: 8 } };

function changes(parts: Partial<ScenarioInput>) {
  return makePlan(scenarioOf({ access, ...parts })).actions.flatMap(({ change, summary }) =>
    change.kind === 'grant' || change.kind === 'revoke' ? [{ ...change, summary }] : [],
  );
}

it('says what is given and taken, and leaves out what changes nothing', () => {
  const found = changes({
    groups: servers,
    timeline: [
      { at: '1s', grant: { user: 'bob', rights: ['read', 'fetch'] } },
      { at: '2s', grant: { user: 'bob', rights: ['read'] } },
      { at: '3s', revoke: { user: 'bob', rights: ['read', 'publish'] } },
      { at: '4s', revoke: { user: 'bob', token: true } },
      { at: '5s', revoke: { user: 'bob' } },
      { at: '6s', revoke: { user: 'bob' } },
      { at: '7s', revoke: { user: 'dave' } },
    ],
  });
  expect(found.map(({ id, summary, after }) => `${id} ${summary} → ${after.join()}`)).toEqual([
    'c1 grant bob fetch → publish,read,fetch',
    'c2 revoke publish, read of bob → fetch',
    'c3 revoke bob’s token → fetch',
    'c4 revoke fetch of bob → ',
  ]);
});

it('tells one server, or a peer of a revocation, or one of both, and others stand in for it', () => {
  const timeline: ScenarioInput['timeline'] = [
    { at: '1s', grant: { user: 'dave', rights: ['read'] } },
    { at: '2s', revoke: { user: 'bob' } },
  ];
  const told = (groups: ScenarioInput['groups'], more = {}) =>
    changes({ groups, timeline, access: { ...access, ...more } }).map(({ tell }) =>
      tell.map((list) => list.length),
    );
  expect(told(servers)).toEqual([[3], [3]]);
  expect(told(peers)).toEqual([[], [5]]);
  expect(told({ ...servers, ...peers })).toEqual([[3], [3, 5]]);
  const rogues = { ...peers, rogues: { role: 'peer', replicas: 3 } } as const;
  const [, revoked] = changes({ groups: rogues, timeline, access: { ...access, ignoredBy: ['peers'] } });
  expect(revoked?.tell.flat().toSorted()).toEqual(['rogues-1', 'rogues-2', 'rogues-3']);
});

it('draws whom it tells from the seed', () => {
  const timeline: ScenarioInput['timeline'] = [{ at: '2s', revoke: { user: 'bob' } }];
  const first = (seed: number) => changes({ groups: peers, timeline, seed })[0]?.nodes[0];
  expect(first(1)).toBe(first(1));
  expect(new Set(Array.from({ length: 20 }, (_, seed) => first(seed))).size).toBeGreaterThan(3);
});
