import { expect, test } from 'vitest';
import { fairness, usageFacts } from '../../../orchestrator/report/facts/usage-facts.ts';
import type { Series } from '../../../orchestrator/record/samples.ts';
import { makePeerScenario } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun } from '../../fixtures/make-saved-run.ts';

function counter(node: string, group: string, points: readonly (readonly [number, number])[]): Series {
  return { legend: node, labels: { node, group }, points };
}

function usageOf(cpu: readonly Series[], sent: readonly Series[]) {
  const scenario = makePeerScenario({ topology: 'hybrid', nodes: 2 });
  const panels = { 'cpu-time': cpu, 'sent-bytes-total': sent };
  return usageFacts(makeSavedRun({ scenario, samples: { stepSeconds: 1, panels } }));
}

const cpu = [
  counter('server-1', 'server', [
    [0, 2],
    [10_000, 5],
  ]),
  counter('users-1', 'users', [
    [0, 1],
    [10_000, 2],
  ]),
];

test('counts what was used from the start of the load on, on the side of the servers and of the users', () => {
  const usage = usageOf(cpu, [
    counter('server-1', 'server', [
      [0, 1000],
      [10_000, 4000],
    ]),
    counter('users-1', 'users', [
      [0, 500],
      [10_000, 1500],
    ]),
  ]);
  expect(usage?.servers).toEqual({ nodes: 1, cpuSeconds: 3, sentBytes: 3000 });
  expect(usage?.users).toEqual({ nodes: 1, cpuSeconds: 1, sentBytes: 1000 });
  expect(usage?.serverBytesShare).toBe(0.75);
  // (3 + 1)² ÷ (2 · (9 + 1)).
  expect(usage?.cpuFairness).toBeCloseTo(0.8, 9);
});

test('a node that came during the load began at zero', () => {
  const late = counter('users-2', 'users', [
    [4000, 0.5],
    [10_000, 2],
  ]);
  expect(usageOf([...cpu, late], [...cpu, late])?.users).toEqual({ nodes: 2, cpuSeconds: 3, sentBytes: 3 });
});

test('a node that was restarted counts from zero again, and what it had used before stays counted', () => {
  const restarted = counter('server-1', 'server', [
    [-1000, 1],
    [0, 2],
    [4000, 6],
    [6000, 0.5],
    [10_000, 3],
  ]);
  const late = counter('users-1', 'users', [
    [4000, 1],
    [10_000, 2],
  ]);
  const usage = usageOf([restarted, late], [restarted, late]);
  // From the first sample, 1 to 6, and 3 since.
  expect(usage?.servers).toEqual({ nodes: 1, cpuSeconds: 8, sentBytes: 8 });
  expect(usage?.users).toEqual({ nodes: 1, cpuSeconds: 2, sentBytes: 2 });
});

test('without counters nothing is known', () => {
  expect(usageOf([], [])).toBeNull();
  expect(usageOf(cpu, [])).toBeNull();
});

test.each([
  [[5, 5, 5, 5], 1],
  [[7, 0, 0, 0], 0.25],
  [[], null],
  [[0, 0], null],
])('the fairness of %j is %j', (values, index) => {
  expect(fairness(values)).toBe(index);
});
