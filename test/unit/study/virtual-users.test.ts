import { expect, test } from 'vitest';
import type { Objective } from '../../../orchestrator/scenario/objectives/objective.ts';
import type { Load } from '../../../orchestrator/scenario/load/load.ts';
import { MOST_GIVEN, usersFor } from '../../../orchestrator/study/virtual-users.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

const { scenario } = makeStudy().description;
const [searched] = scenario.loads;
if (searched?.model.kind !== 'open') throw new Error('no open load');
const load: Load = { ...searched, model: { ...searched.model, maxVirtualUsers: 150 } };

const latency = (bound: number, some: Partial<Objective> = {}): Objective => ({
  name: 'p95 latency',
  measure: { kind: 'latency', percentile: 95 },
  comparison: 'below',
  bound,
  phase: null,
  load: null,
  ...some,
});

test.each<[string, number, Objective[], number, { users: number; wanted: number }]>([
  ['few are needed: those of the scenario', 100, [latency(300)], 0, { users: 150, wanted: 100 }],
  ['half more than the bound allows', 400, [latency(2000)], 0, { users: 1200, wanted: 1200 }],
  ['the longest bound', 400, [latency(2000), latency(4000)], 0, { users: 2400, wanted: 2400 }],
  [
    'the bound of a metric of k6 that is a time',
    400,
    [latency(4000, { measure: { kind: 'metric', metric: 'http_req_duration', aggregate: 'avg' } })],
    0,
    { users: 2400, wanted: 2400 },
  ],
  [
    'the bound of a number is no time',
    400,
    [latency(4000, { measure: { kind: 'metric', metric: 'http_reqs', aggregate: 'count' } })],
    0,
    { users: 400, wanted: 400 },
  ],
  [
    'a bound of another load is none',
    400,
    [latency(4000, { load: 'others' })],
    0,
    { users: 400, wanted: 400 },
  ],
  [
    'a latency that shall be long is no bound',
    400,
    [latency(9000, { comparison: 'above' })],
    0,
    { users: 400, wanted: 400 },
  ],
  ['no objective about latency', 400, [], 0, { users: 400, wanted: 400 }],
  ['a node that has died lets users wait longer', 600, [latency(300)], 5000, { users: 3600, wanted: 3600 }],
  ['no more than the bound', 4000, [latency(2000)], 0, { users: MOST_GIVEN, wanted: 12_000 }],
])('%s', (_, rate, objectives, longerMs, given) => {
  expect(usersFor(load, rate, { objectives }, longerMs)).toEqual(given);
});

test('no more than fit into the memory of its generators, and never fewer than its own', () => {
  const small = { ...load, generators: 2, memoryBytes: 128 * 1024 ** 2 };
  expect(usersFor(small, 4000, { objectives: [] })).toEqual({ users: 512, wanted: 4000 });
  expect(usersFor({ ...small, memoryBytes: 1024 ** 2 }, 4000, { objectives: [] }).users).toBe(150);
});
