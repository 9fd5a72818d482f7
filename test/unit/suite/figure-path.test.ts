import { describe, expect, test } from 'vitest';
import {
  figureAt,
  type FoundFigure,
  parseFigurePath,
} from '../../../orchestrator/suite/figures/figure-path.ts';

const result = {
  loadMs: 60_000,
  phases: [
    { phase: 'before', p95Ms: 12, nodes: { servers: 2 } },
    { phase: 'one node is lost', p95Ms: null },
  ],
  objectives: [
    { name: 'records lost', measured: 0, unanswered: true },
    { name: 'p95 latency', measured: 9500, atLeast: true },
  ],
  nodes: [{ readyAfterMs: 400, late: true }, { readyAfterMs: 900 }, { late: true }],
  faults: [{ recoveredAfterMs: 400, seen: true }, { recoveredAfterMs: null }],
  network: { connected: null },
  whole: { p50Ms: 3, p95Ms: 9500, atLeast: ['p95', 'p99'] },
  loads: [{ p99Ms: 13, atLeast: ['p99'] }, { p99Ms: 40 }, { p99Ms: 0 }],
};

function figure(text: string): FoundFigure | undefined {
  const path = parseFigurePath(text);
  if ('problem' in path) throw new Error(path.problem);
  return figureAt(result, path);
}

describe('the figure at a path', () => {
  test.each([
    ['loadMs', 60_000],
    ['phases[before].p95Ms', 12],
    ['phases[0].p95Ms', 12],
    ['phases[before].nodes[servers]', 2],
    ['objectives[records lost].measured', 0],
    ['objectives[records lost].unanswered', 1],
    ['max(nodes[*].readyAfterMs)', 900],
    ['min(nodes[*].readyAfterMs)', 400],
    ['sum(nodes[*].readyAfterMs)', 1300],
    ['mean(nodes[*].readyAfterMs)', 650],
    ['count(nodes[*])', 3],
    ['max(nodes[*late].readyAfterMs)', 400],
    ['max(faults[*seen].recoveredAfterMs)', 400],
    ['count(faults[*].recoveredAfterMs)', 2],
    ['count(nodes[*late])', 2],
    ['count(nodes[*early])', 0],
  ])('%s is %d', (text, value) => {
    expect(figure(text)).toEqual({ value, atLeast: false });
  });

  test.each([
    ['whole.p95Ms', 9500, true],
    ['whole.p50Ms', 3, false],
    ['objectives[p95 latency].measured', 9500, true],
    ['max(loads[*].p99Ms)', 40, true],
    ['sum(loads[*].p99Ms)', 53, true],
    ['mean(loads[*].p99Ms)', 53 / 3, true],
    // One that is no less than 13 may be more; one of exactly 0 is the smallest, whatever the others are.
    ['min(loads[*].p99Ms)', 0, false],
  ])(
    '%s is %d, or more where more were never answered than the percentile leaves out: %s',
    (text, value, atLeast) => {
      expect(figure(text)).toEqual({ value, atLeast });
    },
  );

  test.each([
    'phases[one node is lost].p95Ms',
    'network.connected',
    'max(faults[*].recoveredAfterMs)',
    'sum(faults[*].recoveredAfterMs)',
    'mean(faults[*].recoveredAfterMs)',
  ])('%s is said to be none, and never zero', (text) => {
    expect(figure(text)).toEqual({ value: null, atLeast: false });
  });

  test.each([
    'phases[nowhere].p95Ms',
    'phases[7].p95Ms',
    'network.connected.afterMs',
    'max(objectives[*].nothing)',
    'phases',
    'phases.before',
    'loadMs.more',
  ])('nothing stands at %s', (text) => {
    expect(figure(text)).toBeUndefined();
  });
});

test.each([
  ['', 'is empty'],
  ['phases[*].p95Ms', 'write one of min, max, sum, mean, count around it'],
  ['max(loadMs)', 'needs [*] in its path'],
  ['phases[.p95Ms', 'can\'t be read from "[.p95Ms" on'],
  ['.loadMs', 'can\'t be read from ".loadMs" on'],
  ['a b', 'can\'t be read from " b" on'],
])('"%s" is no path: %s', (text, message) => {
  expect(parseFigurePath(text)).toMatchObject({ problem: expect.stringContaining(message) as string });
});
