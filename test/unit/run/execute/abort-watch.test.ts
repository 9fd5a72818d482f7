import { expect, test } from 'vitest';
import { watchForAbort } from '../../../../orchestrator/run/execute/abort-watch.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import { fakePrometheus } from '../../measure/fake-prometheus.ts';

const startMs = 1_000_000;
const objective: Objective = {
  name: 'too many',
  measure: { kind: 'metric', metric: 'failures', aggregate: 'count' },
  comparison: 'below',
  bound: 5,
  phase: null,
  load: null,
};
const { client } = fakePrometheus([
  {
    name: 'k6_failures_total',
    labels: { run: 'r', group: 'users', node: 'users-1', window: 'peak' },
    samples: [[startMs / 1000 + 3, 7]],
  },
]);

async function watch(asked: Partial<Objective>, offsetMs: number) {
  const watching = new AbortController();
  const found = watchForAbort({
    objectives: [{ objective: { ...objective, ...asked }, window: { startMs: 0, endMs: 60_000 } }],
    prometheus: client,
    context: { run: 'r', startMs, loads: [] },
    now: () => offsetMs,
    signal: watching.signal,
  });
  // It has looked once when nothing else is left to do; it looks again only after seconds.
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  watching.abort();
  return await found;
}

test('ends the run where an objective is missed by what has come so far', async () => {
  const missed = await watch({ abort: { afterMs: 5000 } }, 6000);
  expect(missed).toMatchObject({ objective: { name: 'too many' }, measured: 7, offsetMs: 6000 });
});

test.each<[string, Partial<Objective>, number]>([
  ['before its time', { abort: { afterMs: 5000 } }, 4000],
  ['where it holds', { abort: { afterMs: 0 }, bound: 8 }, 6000],
  ['where it is not asked to', {}, 6000],
  [
    'where there are no samples',
    { abort: { afterMs: 0 }, measure: { kind: 'metric', metric: 'x', aggregate: 'avg' } },
    6000,
  ],
])('lets the run go on %s', async (_, asked, offsetMs) => {
  expect(await watch(asked, offsetMs)).toBeUndefined();
});
