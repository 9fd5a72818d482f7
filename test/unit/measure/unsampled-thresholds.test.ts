import { expect, it } from 'vitest';
import { unsampledThresholds } from '../../../orchestrator/measure/unsampled-thresholds.ts';

const metric = (type: string, values: object) => ({ type, values, thresholds: { 'p(95)<1': { ok: true } } });

it('names thresholds that found no samples in any generator', () => {
  const empty = metric('trend', { count: 0, avg: 0 });
  const one = {
    metrics: {
      'http_req_duration{group:::a}': empty,
      'http_req_duration{group:::b}': empty,
      'http_req_failed{group:::a}': metric('rate', { rate: 0, passes: 0, fails: 0 }),
      errors: metric('counter', { count: 0 }),
      checks: metric('rate', { rate: 1, passes: 3, fails: 0 }),
      http_req_duration: { type: 'trend', values: { count: 0 } },
    },
  };
  const other = {
    metrics: { ...one.metrics, 'http_req_duration{group:::b}': metric('trend', { count: 2 }) },
  };
  expect(unsampledThresholds([one, other])).toEqual([
    'http_req_duration{group:::a}',
    'http_req_failed{group:::a}',
  ]);
  expect(unsampledThresholds([null, { metrics: {} }])).toEqual([]);
});
