import { describe, expect, test } from 'vitest';
import { waitsOf } from '../../../orchestrator/capacity/poisson-arrivals.ts';
import { renderCalibration } from '../../../orchestrator/report/render-calibration.ts';
import { planCalibration, serviceMs } from '../../../orchestrator/study/calibration-plan.ts';
import type { StageReading } from '../../../orchestrator/study/calibration-readings.ts';
import {
  type Calibration,
  type CalibrationRow,
  judgeRow,
} from '../../../orchestrator/study/calibration-rows.ts';
import { planArrivals } from '../../../orchestrator/study/load/arrival-plan.ts';
import { meanWaitRow, percentileRow } from '../../../orchestrator/study/queue-rows.ts';

const base: Omit<CalibrationRow, 'agrees'> = {
  check: 'queue',
  what: 'mean waiting time',
  unit: 'milliseconds',
  measured: 20,
  expected: 20,
  errorBar: null,
  tolerance: { kind: 'share', most: 0.05 },
  source: 'M/D/1',
};

describe('a row', () => {
  test.each([
    [20.9, 20, 'share', 0.05, true],
    [21.1, 20, 'share', 0.05, false],
    [18.9, 20, 'share', 0.05, false],
    [1.9, 0, 'absolute', 2, true],
    [-2.1, 0, 'absolute', 2, false],
  ] as const)('%d beside %d with a tolerance of %s %d', (measured, expected, kind, most, agrees) => {
    expect(judgeRow({ ...base, measured, expected, tolerance: { kind, most } }).agrees).toBe(agrees);
  });

  test('without a measured value never agrees', () => {
    expect(judgeRow({ ...base, measured: null }).agrees).toBe(false);
    expect(judgeRow({ ...base, measured: Number.NaN }).agrees).toBe(false);
  });
});

describe.each([true, false])('the plan (quick: %s)', (quick) => {
  const plan = planCalibration(quick, 1);
  const arrivals = planArrivals(plan.stages);

  test('chooses arrivals that come to what theory expects', () => {
    for (const { chosenMs, expectedMs } of plan.queues) {
      expect(Math.abs(chosenMs / expectedMs - 1)).toBeLessThan(0.02);
    }
  });

  test('lets every stage begin with an empty queue, and keeps arrivals in order', () => {
    const waits = waitsOf(
      arrivals.map(({ atMs }) => atMs),
      serviceMs,
    );
    const firsts = arrivals.flatMap(({ stage }, index) =>
      stage === arrivals[index - 1]?.stage ? [] : [index],
    );
    expect(firsts.map((index) => waits[index])).toEqual(firsts.map(() => 0));
    expect(arrivals.every(({ atMs }, index) => atMs >= (arrivals[index - 1]?.atMs ?? 0))).toBe(true);
  });
});

describe('rows of waiting times', () => {
  const plan = planCalibration(true, 1);
  const arrivals = planArrivals(plan.stages);
  const queue = plan.queues[1]!;
  const own = arrivals.filter(({ stage }) => stage === queue.stage);
  const waits = waitsOf(
    own.map(({ atMs }) => atMs),
    serviceMs,
  );
  const overheadMs = 1.5;
  /** A generator that measures exactly, and in one part `extraMs` too much. */
  const readings = (extraMs: number): StageReading[] =>
    [null, '0', '1', '2', '3'].map((part) => {
      const chosen = waits.filter((_, index) => part === null || own[index]?.part === part);
      const mean = chosen.reduce((sum, each) => sum + each, 0) / chosen.length;
      const extra = part === '2' ? extraMs : 0;
      const meanMs = mean + serviceMs + overheadMs + extra;
      return { stage: queue.stage, part, requests: chosen.length, failed: 0, meanMs, lateMs: 0.5, p95Ms: 80 };
    });

  test('have no error bar to speak of where every part is measured exactly', () => {
    const row = meanWaitRow(queue, readings(0), arrivals, overheadMs);
    expect(row.measured).toBeCloseTo(queue.chosenMs, 6);
    expect(row.errorBar).toBeCloseTo(0, 6);
  });

  test('have an error bar from what varies between the parts', () => {
    // One of four off by 1 ms: standard deviation 0.5, standard error 0.25, and Student's 3.18 for three degrees of freedom.
    expect(meanWaitRow(queue, readings(1), arrivals, overheadMs).errorBar).toBeCloseTo(3.182 * 0.25, 2);
  });

  test('measure nothing where no request was seen', () => {
    expect(meanWaitRow(queue, [], arrivals, overheadMs)).toMatchObject({ measured: null, errorBar: null });
    expect(percentileRow(queue, [], arrivals, overheadMs).measured).toBeNull();
  });
});

test('a calibration with a row that disagrees says so and names it', () => {
  const rows = [
    judgeRow(base),
    judgeRow({
      ...base,
      what: 'bytes sent',
      unit: 'bytes',
      measured: 1_050_000,
      expected: 1_000_000,
      tolerance: { kind: 'share', most: 0.01 },
    }),
  ];
  const calibration: Calibration = {
    schemaVersion: 1,
    calibration: 'calibrate-1',
    quick: false,
    startedAtMs: 0,
    tookMs: 155_000,
    agrees: false,
    rows,
    remarks: ["Others filled the host's CPUs during queue."],
    versions: {},
    host: null,
    readings: {},
  };
  const text = renderCalibration(calibration, { colour: false, width: 140 });
  expect(text).toMatch(/✗ +bytes sent +1,050,000 +1,000,000 +\+5\.0 % +1 %/);
  expect(text).toContain('1 row of 2 disagree');
  expect(text).toContain('! Others filled');
});
