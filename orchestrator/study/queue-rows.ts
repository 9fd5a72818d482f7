// Waiting times of the calibration's queue beside what theory says. Pure.
import { quantile } from 'simple-statistics';
import { waitsOf } from '../capacity/poisson-arrivals.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import { type QueueStage, serviceMs } from './calibration-plan.ts';
import type { StageReading } from './calibration-readings.ts';
import type { CalibrationRow } from './calibration-rows.ts';
import type { Arrival } from './load/arrival-plan.ts';

type QueueRow = Omit<CalibrationRow, 'agrees' | 'tolerance'>;

/** @param overheadMs time outside the queue, measured where nobody waits */
export function meanWaitRow(
  queue: QueueStage,
  readings: readonly StageReading[],
  arrivals: readonly Arrival[],
  overheadMs: number,
): QueueRow {
  const whole = readings.find(({ stage, part }) => stage === queue.stage && part === null);
  const measured = whole === undefined ? null : whole.meanMs - serviceMs - overheadMs;
  const share = (value: number) => `${(value * 100).toPrecision(2)} %`;
  return {
    check: 'queue',
    what: `mean waiting time at ρ = ${queue.use}`,
    unit: 'milliseconds',
    measured: measured === null || Number.isNaN(measured) ? null : measured,
    expected: queue.expectedMs,
    errorBar: errorBarOf(queue, readings, arrivals, overheadMs),
    source: `M/D/1 (by chance ±${share(queue.luck)})`,
  };
}

/**
 * Half of the 95 % interval of the mean: the parts of a stage are repetitions, and what varies from one to the next beyond what their arrivals
 * explain is the error of measuring. Null with fewer than two parts.
 */
export function errorBarOf(
  queue: QueueStage,
  readings: readonly StageReading[],
  arrivals: readonly Arrival[],
  overheadMs: number,
): number | null {
  const expected = expectedWaits(queue, arrivals);
  const errors = readings.flatMap(({ stage, part, meanMs }) => {
    const waits = part === null || stage !== queue.stage ? undefined : expected.byPart.get(part);
    return waits === undefined ? [] : [meanMs - serviceMs - overheadMs - meanOf(waits)];
  });
  if (errors.length < 2) return null;
  const mean = meanOf(errors);
  const variance = errors.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (errors.length - 1);
  return studentQuantile(0.05, errors.length - 1) * Math.sqrt(variance / errors.length);
}

/** Percentiles are read from merged histograms, whose buckets are 9 % wide. */
export function percentileRow(
  queue: QueueStage,
  readings: readonly StageReading[],
  arrivals: readonly Arrival[],
  overheadMs: number,
): QueueRow {
  const whole = readings.find(({ stage, part }) => stage === queue.stage && part === null);
  return {
    check: 'queue',
    what: `p95 latency at ρ = ${queue.use}`,
    unit: 'milliseconds',
    measured: whole?.p95Ms ?? null,
    expected: quantile(expectedWaits(queue, arrivals).all, 0.95) + serviceMs + overheadMs,
    errorBar: null,
    source: 'the planned arrivals',
  };
}

function expectedWaits(
  queue: QueueStage,
  arrivals: readonly Arrival[],
): { readonly all: number[]; readonly byPart: ReadonlyMap<string, readonly number[]> } {
  const own = arrivals.filter(({ stage }) => stage === queue.stage);
  const all = waitsOf(
    own.map(({ atMs }) => atMs),
    serviceMs,
  );
  const byPart = new Map<string, number[]>();
  for (const [index, { part }] of own.entries()) {
    const waits = byPart.get(part) ?? [];
    waits.push(all[index] ?? 0);
    byPart.set(part, waits);
  }
  return { all, byPart };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
