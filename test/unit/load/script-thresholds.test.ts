import { expect, test } from 'vitest';
import { readThresholds, thresholdObjectives } from '../../../orchestrator/load/script-thresholds.ts';

test('a script’s thresholds become objectives of its load', () => {
  const thresholds = readThresholds({
    'http_req_duration{name:checkout}': [
      'p(95)<500',
      { threshold: 'avg<1000', abortOnFail: true, delayAbortEval: '1m' },
      { threshold: 'max<2000', abortOnFail: true },
      { threshold: 'min>0', abortOnFail: false },
    ],
    orders: ['count==5'],
  });
  const checkout = { phase: null, load: 'users', tags: { name: 'checkout' } };
  const of = (aggregate: unknown, metric = 'http_req_duration') => ({ kind: 'metric', metric, aggregate });
  expect(thresholdObjectives('users', thresholds)).toEqual([
    {
      ...checkout,
      name: 'http_req_duration{name:checkout} p(95) of users',
      measure: of({ percentile: 95 }),
      comparison: 'below',
      bound: 500,
    },
    {
      ...checkout,
      name: 'http_req_duration{name:checkout} avg of users',
      measure: of('avg'),
      comparison: 'below',
      bound: 1000,
      abort: { afterMs: 60_000 },
    },
    {
      ...checkout,
      name: 'http_req_duration{name:checkout} max of users',
      measure: of('max'),
      comparison: 'below',
      bound: 2000,
      abort: { afterMs: 0 },
    },
    {
      ...checkout,
      name: 'http_req_duration{name:checkout} min of users',
      measure: of('min'),
      comparison: 'above',
      bound: 0,
    },
    ...(['atLeast', 'atMost'] as const).map((comparison) => ({
      name: 'orders count of users',
      measure: of('count', 'orders'),
      phase: null,
      load: 'users',
      comparison,
      bound: 5,
    })),
  ]);
});

test('what is no threshold is left to k6', () => {
  expect(readThresholds(undefined)).toEqual([]);
  expect(readThresholds({ a: [5, null, {}] })).toEqual([]);
});
