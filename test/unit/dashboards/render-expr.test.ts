import { expect, test } from 'vitest';
import { exprForGrafana, exprForReport } from '../../../dashboards/panels/render-expr.ts';

const expr = 'sum(rate(requests_total{run=~"$run"}[$window]))';

test('a report asks for one run and a fixed window', () => {
  expect(exprForReport(expr, { run: '20260102-first-run', window: '5s' })).toBe(
    'sum(rate(requests_total{run=~"20260102-first-run"}[5s]))',
  );
});

test.each([
  ['a.b', 'a\\\\.b'],
  ['a|b', 'a\\\\|b'],
  ['$run', '\\\\$run'],
  ['a"b', 'a\\"b'],
  ['a\\b', 'a\\\\\\\\b'],
])('a run named %s is matched literally', (run, rendered) => {
  expect(exprForReport('{run=~"$run"}', { run, window: '5s' })).toBe(`{run=~"${rendered}"}`);
});

test('an unknown placeholder is refused by name', () => {
  expect(() => exprForReport('rate(x[$windows])', { run: 'a', window: '5s' })).toThrow(/\$windows/);
});

test('Grafana keeps its variable for runs and chooses the window', () => {
  expect(exprForGrafana(expr)).toBe('sum(rate(requests_total{run=~"$run"}[$__rate_interval]))');
});
