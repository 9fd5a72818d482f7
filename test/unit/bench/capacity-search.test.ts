// The benchmark of real capacity searches: its truth, and how it judges. Searches themselves are real there and reckoned here.
import { describe, expect, test } from 'vitest';
import { searchRows } from '../../../bench/capacity-search.ts';
import {
  capacityOfQueue,
  type KnownQueue,
  probeQueue,
  queueAsSystem,
} from '../../../bench/capacity/known-queue.ts';
import { linearLoad } from '../../../bench/capacity/linear-search.ts';
import { knownQuestion } from '../../../bench/capacity/search-for-real.ts';
import { searchOn } from '../../../bench/capacity/simulate-search.ts';
import type { Probe } from '../../../orchestrator/capacity/search.ts';

const { queue, question } = await knownQuestion();
const system = queueAsSystem(queue, question);

function probeAt(rate: number, { settleMs, measureMs } = question): Probe {
  return { kind: 'probe', number: 1, trial: 1, rate, settleMs, measureMs, purpose: 'measure' };
}

/** The highest rate that holds, found without the formula. */
function highestHeld(queue: KnownQueue, timing: Pick<Probe, 'settleMs' | 'measureMs'>): number {
  let held = 500 / queue.serviceMs;
  let missed = 4000 / queue.serviceMs;
  for (let step = 0; step < 30; step++) {
    const rate = (held + missed) / 2;
    const { outcome } = probeQueue(queue, { ...probeAt(rate), ...timing });
    if (outcome === 'held') held = rate;
    else missed = rate;
  }
  return held;
}

describe('the known queue', () => {
  test.each([
    [queue, question],
    [
      { serviceMs: 10, percentile: 95, boundMs: 500 },
      { settleMs: 1000, measureMs: 4000 },
    ],
    [
      { serviceMs: 5, percentile: 99, boundMs: 50 },
      { settleMs: 2000, measureMs: 10_000 },
    ],
    [
      { serviceMs: 20, percentile: 50, boundMs: 200 },
      { settleMs: 0, measureMs: 8000 },
    ],
  ])('%o has the capacity of the formula, request by request', (queue, timing) => {
    const { settleMs, measureMs } = timing;
    const byFormula = capacityOfQueue(queue, timing);
    expect(highestHeld(queue, { settleMs, measureMs }) / byFormula).toBeCloseTo(1, 3);
  });

  test('the measurement being finite adds 6.4 % to what the server can serve for ever', () => {
    expect(system.capacity).toBeCloseTo(106.44, 2);
  });

  test('a probe that is lost ends early, one that holds takes its time', () => {
    expect(system.run(probeAt(200))).toMatchObject({ outcome: 'missed', loadMs: 2000 });
    expect(system.run(probeAt(90))).toMatchObject({ outcome: 'held', loadMs: 5000 });
  });

  test('searches that meet nothing but the queue hold the truth as often as they say, for a third of the load', () => {
    const searches = Array.from({ length: 100 }, (_, seed) => {
      const result = searchOn(system, { ...question, seed, resolution: 0.1 });
      const linear = linearLoad(system, result, { ...question, resamples: 200 });
      return { trueCapacity: system.capacity, result, linear };
    });
    expect(searchRows(searches, 100).filter(({ met }) => !met)).toEqual([]);
  });
});

describe('judging searches', () => {
  const linear = { loadMs: 600_000, informedLoadMs: 300_000 };
  const found = (value: number, lower: number, upper: number) => ({
    trueCapacity: 100,
    result: { capacity: { value, lower, upper, confidence: 0.95 }, loadMs: 60_000, sentences: [] },
    linear,
  });
  const rowOf = (name: string, rows: ReturnType<typeof searchRows>) =>
    rows.find((row) => row.name.startsWith(name));

  test('18 of 20 intervals are enough, 17 are not', () => {
    const right = (count: number) => Array.from({ length: count }, () => found(101, 99, 103));
    const wrong = (count: number) => Array.from({ length: count }, () => found(104, 101, 107));
    expect(rowOf('intervals', searchRows([...right(18), ...wrong(2)], 20))).toMatchObject({
      measured: 18,
      reference: { what: 'searches', value: 20 },
      aim: 'at least 18',
      met: true,
    });
    expect(rowOf('intervals', searchRows([...right(17), ...wrong(3)], 20))?.met).toBe(false);
  });

  test('a search that gave nothing, or found nothing, has no interval that holds', () => {
    const nothing = { trueCapacity: 100, result: { capacity: null, loadMs: 60_000, sentences: [] }, linear };
    const rows = searchRows([found(101, 99, 103), nothing], 3);
    expect(rowOf('intervals', rows)).toMatchObject({ measured: 1, aim: 'at least 3', met: false });
    expect(rowOf('error', rows)?.measured).toBeCloseTo(0.01);
  });

  test('without any result no aim is met', () => {
    const aims = searchRows([], 20).filter(({ aim }) => aim !== 'none');
    expect(aims.filter(({ met }) => met)).toEqual([]);
  });

  test('load time stands beside that of the linear search', () => {
    expect(rowOf('load time', searchRows([found(101, 99, 103)], 1))).toMatchObject({
      measured: 60,
      reference: { value: 600 },
      ratio: 0.1,
      met: true,
    });
  });
});
