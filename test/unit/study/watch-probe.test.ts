import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Probe } from '../../../orchestrator/capacity/probe.ts';
import type { PrometheusClient } from '../../../orchestrator/metrics/prometheus-client.ts';
import type { Objective } from '../../../orchestrator/scenario/objectives/objective.ts';
import { promqlProblem } from '../../../orchestrator/scenario/objectives/check-promql.ts';
import { watchForLoss } from '../../../orchestrator/study/watch-probe.ts';

// Vitest's clock does not drive these.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)),
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const objective = (measure: Objective['measure'], bound: number): Objective => ({
  name: measure.kind,
  measure,
  comparison: 'below',
  bound,
  phase: null,
  load: null,
});
const objectives = [
  objective({ kind: 'latency', percentile: 95 }, 300),
  objective({ kind: 'errors' }, 0.01),
  objective({ kind: 'delivered' }, 0.99),
];

/** Looks until two seconds into a measurement of ten at 40/s, and gives what was asked. */
async function look(answers: (expr: string) => number | undefined) {
  const asked: string[] = [];
  const prometheus = {
    async queryInstant(expr: string, atSeconds: number) {
      asked.push(expr);
      const value = answers(expr);
      return value === undefined ? [] : [{ labels: {}, atSeconds, value }];
    },
  } as unknown as PrometheusClient;
  const ended = new AbortController();
  const watching = watchForLoss({
    probe: { rate: 40, settleMs: 500, measureMs: 10_000 } as Probe,
    prometheus,
    run: 'study-p1',
    engineStartMs: Date.now(),
    clockOffsetMs: 0,
    objectives,
    ended: ended.signal,
  });
  await vi.advanceTimersByTimeAsync(2500);
  ended.abort();
  await vi.advanceTimersByTimeAsync(1000);
  return { lost: await watching, asked };
}

test('what was asked is PromQL, about requests started in the measurement', async () => {
  const { lost, asked } = await look(() => undefined);
  expect(lost).toBe(false);
  expect(asked.length).toBeGreaterThan(0);
  for (const expr of asked) {
    expect([expr, promqlProblem(expr)]).toEqual([expr, undefined]);
    if (expr.includes('http_req')) expect(expr).toContain('window="measure"');
  }
});

test('is lost where more were slow than may be among all that are to come', async () => {
  const slow = (share: number) => (expr: string) =>
    expr.includes('fraction') ? 1 - share : expr.includes('histogram_count') ? 60 : undefined;
  expect((await look(slow(0.5))).lost).toBe(true);
  expect((await look(slow(0.1))).lost).toBe(false);
});

test('is lost where more failed, or were not started, than may', async () => {
  const failed = (expr: string) =>
    expr.includes('expected_response') ? 10 : expr.includes('reqs') ? 60 : undefined;
  expect((await look(failed)).lost).toBe(true);
  expect((await look((expr) => (expr.includes('dropped') ? 5 : undefined))).lost).toBe(true);
  expect((await look((expr) => (expr.includes('dropped') ? 3 : undefined))).lost).toBe(false);
});
