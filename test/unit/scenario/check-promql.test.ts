import { expect, test } from 'vitest';
import { promqlProblem } from '../../../orchestrator/scenario/objectives/check-promql.ts';

test.each([
  'sum(rate(x{run="$run"}[$window]))',
  'f{run="$run"} @ $end - f{run="$run"} @ $start',
  'max_over_time(a{run=~"$run"}[$window:1s]) offset 5m > bool 3',
  'histogram_quantile(0.9, sum by (le) (rate(x_bucket{run="$run"}[1m])))',
  'sum by (a) (x) / on (b) group_left () y',
  'x{path=~"/a$"}',
  '# how many\ncount(up)',
])('%s is PromQL', (expr) => {
  expect(promqlProblem(expr)).toBeUndefined();
});

test.each([
  ['sum((', 'is no whole PromQL: something is missing at its end, such as a closing bracket'],
  ['sum(x', 'is no whole PromQL: something is missing at its end, such as a closing bracket'],
  ['x[$windw]', 'has "$windw" at character 3, which nothing fills in; did you mean "$window"?'],
  ['x{run="$runn"}', 'has "$runn" at character 8, which nothing fills in; did you mean "$run"?'],
  ['raet(x[5s])', 'is no PromQL: there is no function "raet" (at character 1); did you mean "rate"?'],
  ['foo bar', 'is no PromQL: "bar" is not expected at character 5'],
  ['x{a=}', 'is no PromQL: "}" is not expected at character 5'],
  ['sum(\n  rate(x[5x]))', 'is no PromQL: "x" is not expected at line 2, character 11'],
])('%s is not, and where', (expr, problem) => {
  expect(promqlProblem(expr)).toBe(problem);
});
