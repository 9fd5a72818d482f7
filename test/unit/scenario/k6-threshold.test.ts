import { describe, expect, test } from 'vitest';
import {
  aggregateProblem,
  parseSelector,
  parseThreshold,
  writeSelector,
} from '../../../orchestrator/scenario/objectives/k6-threshold.ts';

describe('a threshold in k6’s words', () => {
  test.each([
    ['p(95)<500', 'http_req_duration', { percentile: 95 }, [['below', 500]]],
    ['  p(99.9) <= 1.5e3 ', 'x', { percentile: 99.9 }, [['atMost', 1500]]],
    ['med>1', 'x', { percentile: 50 }, [['above', 1]]],
    ['rate>=0.99', 'checks', 'rate', [['atLeast', 0.99]]],
    [
      'count===100',
      'iterations',
      'count',
      [
        ['atLeast', 100],
        ['atMost', 100],
      ],
    ],
    ['count!=0', 'orders', 'count', [['above', 0]]],
    ['value<10', 'vus', 'value', [['below', 10]]],
  ])('%s of %s', (text, metric, aggregate, bounds) => {
    expect(parseThreshold(text, metric)).toEqual({
      aggregate,
      bounds: bounds.map(([comparison, bound]) => ({ comparison, bound })),
    });
  });

  test.each([
    ['p(95)', 'x', 'is no threshold; write for example p(95)<500 or rate<0.01'],
    ['p95<500', 'http_req_duration', 'which k6 does not know; write p(95)'],
    [
      'p(95)<500ms',
      'x',
      'has a unit; k6 takes a number alone (times in milliseconds, rates from 0 to 1): write 500',
    ],
    ['rate<1%', 'x', 'write 0.01'],
    ['p(95)<fast', 'x', 'has no number on its right'],
    [
      'rate<0.01',
      'http_req_duration',
      'of http_req_duration, a trend; write one of avg, min, med, max, p(95)',
    ],
    ['p(95)<1', 'http_reqs', 'of http_reqs, a counter; write one of count, rate'],
    ['averag<1', 'x', 'write one of'],
    ['p(0)<1', 'x', 'which k6 does not know'],
    ['count!=5', 'x', 'excludes a single value'],
    ['rate<5', 'http_req_failed', 'which goes from 0 to 1: write 0.05 for 5 %'],
    ['rate>99', 'checks', 'write 0.99 for 99 %'],
  ])('%s of %s is refused', (text, metric, said) => {
    expect(parseThreshold(text, metric)).toEqual({ problem: expect.stringContaining(said) });
  });

  test('an aggregate alone is named as it was written', () => {
    expect(aggregateProblem('p(95)', 'http_req_duration')).toBeUndefined();
    expect(aggregateProblem('count', 'http_req_duration')).toMatch(/^"count" of http_req_duration, a trend/);
  });
});

describe('a metric with tags', () => {
  test.each([
    ['http_reqs', 'http_reqs', {}],
    ['http_req_duration{name:checkout}', 'http_req_duration', { name: 'checkout' }],
    ['x{ name : "a b" , group:::login }', 'x', { name: 'a b', group: '::login' }],
    ['x{}', 'x', {}],
    ['x{name:http://web:8080/a}', 'x', { name: 'http://web:8080/a' }],
  ])('%s', (text, metric, tags) => {
    expect(parseSelector(text)).toEqual({ metric, tags });
  });

  test.each(['x{a:b', '{a:b}', 'x}a{', 'x{a}', 'x{vu:1}'])('%s is refused', (text) => {
    expect(parseSelector(text)).toHaveProperty('problem');
  });

  test('is written as k6 writes it', () => {
    expect(writeSelector({ metric: 'x', tags: { a: '1', b: '2' } })).toBe('x{a:1,b:2}');
    expect(writeSelector({ metric: 'x', tags: {} })).toBe('x');
  });
});
