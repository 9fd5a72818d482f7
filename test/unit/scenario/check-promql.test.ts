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
  'time() - 60',
  'scalar(x) > bool 1',
  '-(x + 1) and x unless on (a) y',
  'topk(3, avg_over_time(x[1m])) or vector(0)',
  'quantile_over_time(0.9, x[$window]) / ignoring (a) group_left (b) y',
  'round(x)\n# to tenths\n+ round(x, 0.1)',
  'hour() * day_of_week(x)',
  'label_replace(x, "a", "$1", "b", "(.*)")',
  'label_join(x, "a", ",", "b", "c", "d")',
  'count_values("version", build)',
  'max_over_time(rate(x[1m])[5m:10s] @ end()) @ start()',
  'absent_over_time(x{a="b"}[5m] offset 1m)',
  'pi()',
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

test.each([
  ['rate(5)', 'is no PromQL: rate() takes a range vector, such as x[$window], not a scalar (at character 6)'],
  [
    'rate(x)',
    'is no PromQL: rate() takes a range vector, such as x[$window], not an instant vector (at character 6)',
  ],
  ['sum(x[1m])', 'is no PromQL: sum() takes an instant vector, not a range vector (at character 5)'],
  ['sum(1)', 'is no PromQL: sum() takes an instant vector, not a scalar (at character 5)'],
  [
    'histogram_quantile(x, 0.9)',
    'is no PromQL: histogram_quantile() takes a scalar, not an instant vector (at character 20)',
  ],
  ['histogram_quantile(0.9)', 'is no PromQL: histogram_quantile() takes 2 arguments, not 1 (at character 1)'],
  ['label_join(x)', 'is no PromQL: label_join() takes 3 or more arguments, not 1 (at character 1)'],
  ['round(x, 1, 2)', 'is no PromQL: round() takes 1 to 2 arguments, not 3 (at character 1)'],
  ['topk(x)', 'is no PromQL: topk() takes 2 arguments, not 1 (at character 1)'],
  ['x + "a"', 'is no PromQL: + takes a scalar or an instant vector, not a string (at character 5)'],
  ['1 and x', 'is no PromQL: and takes an instant vector, not a scalar (at character 1)'],
  ['1 > 0', 'is no PromQL: > between two scalars needs bool after it; write > bool (at character 3)'],
  [
    '-(x[5m])',
    'is no PromQL: a sign takes a scalar or an instant vector, not a range vector (at character 2)',
  ],
  [
    'rate(x[1m])[5m]',
    'is no PromQL: a range in brackets follows a metric and its labels only; write a step too for others, such as [1m:1s] (at character 1)',
  ],
  [
    'rate((x + y)[5m:1s][1m:1s])',
    'is no PromQL: a range with a step takes an instant vector, not a range vector (at character 6)',
  ],
  [
    'x[$window]',
    'is no PromQL: it comes to a range vector, many values each; write a function of it, such as avg_over_time(…) (at character 1)',
  ],
  [
    `${'('.repeat(500)}x${')'.repeat(500)}`,
    'is no PromQL: it nests more than 200 parts in each other; write it flatter (at character 201)',
  ],
  ['"a"', 'is no PromQL: it comes to a string; write what comes to a number (at character 1)'],
])('%s does not fit together, and why', (expr, problem) => {
  expect(promqlProblem(expr)).toBe(problem);
});
