import { describe, expect, test } from 'vitest';
import type { Figures } from '../../../orchestrator/measure/figures/figures.ts';
import { lateLines, loadLines } from '../../../orchestrator/report/words/load-lines.ts';
import { percentileCell } from '../../../orchestrator/report/words/phase-cells.ts';

const figures: Figures = {
  offeredPerSecond: 10,
  servedPerSecond: 10,
  errorShare: 0,
  p50Ms: 5,
  p95Ms: 9200,
  p99Ms: 9200,
  atLeast: ['p95', 'p99'],
  servedShare: 1,
  requests: { started: 1000, failed: 0, unanswered: 0, cutOff: 0 },
  iterations: {
    offered: 1000,
    started: 1000,
    done: 1000,
    exceptions: 0,
    cutOff: 0,
    unfinished: 0,
  },
  checks: [],
};

describe('what came of a load', () => {
  test('is one line where all were served', () => {
    expect(loadLines(figures)).toEqual(['served: 100 % of 1,000 iterations offered']);
  });

  test('tells failed requests and failed iterations apart', () => {
    const failing = {
      ...figures,
      servedShare: 0.55,
      requests: { started: 1000, failed: 400, unanswered: 390, cutOff: 0 },
      iterations: { ...figures.iterations!, done: 550, exceptions: 48, cutOff: 2 },
    };
    expect(loadLines(failing)).toEqual([
      'served: 55 % of 1,000 iterations offered',
      'errors: 40 % of 1,000 requests, 390 of them without an answer; 5 % of 1,000 iterations, 48 by an exception, 2 cut off at the end',
    ]);
  });

  test('says what failed requests got, the most frequent first', () => {
    const statuses = { 404: 2, 503: 7, 429: 3, 'gRPC 5': 1 };
    const requests = { started: 100, failed: 14, unanswered: 1, cutOff: 0, statuses };
    expect(loadLines({ ...figures, requests })[1]).toBe(
      'errors: 14 % of 100 requests, 1 of them without an answer, 7 with status 503, 3 with status 429, 2 with status 404, others with other statuses',
    );
    const refused = { started: 100, failed: 10, unanswered: 0, cutOff: 0, statuses: { 503: 10 } };
    expect(loadLines({ ...figures, requests: refused })[1]).toBe(
      'errors: 10 % of 100 requests, 10 of them with status 503',
    );
  });

  test('has a line on checks wherever there were any', () => {
    const checks = [
      { check: 'is a page', passes: 900, fails: 100 },
      { check: 'is quick', passes: 1000, fails: 0 },
    ];
    expect(loadLines({ ...figures, checks }).at(-1)).toBe(
      'checks: 95 % of 2,000 passed; “is a page” failed 100 of 1,000 times',
    );
  });

  test('is nothing for runs of earlier versions', () => {
    expect(loadLines(undefined)).toEqual([]);
    expect(loadLines(null)).toEqual([]);
  });
});

test('a percentile beyond the last answer is told as one', () => {
  expect(percentileCell(figures, 'p50')).toBe('5 ms');
  expect(percentileCell(figures, 'p95')).toBe('≥ 9.2 s');
});

test('a phase whose servers came too late is told as one', () => {
  const late = [{ action: 'a2', summary: 'scale servers 2 → 4', finishedMs: 58_200 }];
  expect(lateLines([{ phase: 'four servers', ...figures, nodes: {}, saturated: null, late }])).toEqual([
    'four servers: “scale servers 2 → 4” ended only at 58.2 s, after the phase',
  ]);
});
