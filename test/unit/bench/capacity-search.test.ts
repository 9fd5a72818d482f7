// The benchmark of real capacity searches: its truth, and how it judges. Searches themselves are real there and reckoned here.
import { describe, expect, test } from 'vitest';
import { searchRows } from '../../../bench/capacity-search.ts';
import { capacityOfQueue, offer } from '../../../bench/capacity/known-queue.ts';
import { linearLoad } from '../../../bench/capacity/linear-search.ts';
import { queueAsSystem } from '../../../bench/capacity/probe-queue.ts';
import { knownQuestion, serviceTimesMs } from '../../../bench/capacity/search-for-real.ts';
import { searchOn } from '../../../bench/capacity/simulate-search.ts';
import { createRandom } from '../../../orchestrator/capacity/random.ts';
import type { Probe } from '../../../orchestrator/capacity/probe.ts';

const { queue, question } = await knownQuestion(10);
const system = queueAsSystem(queue);

function probeAt(rate: number, { settleMs, measureMs } = question): Probe {
  return {
    kind: 'probe',
    number: 1,
    trial: 1,
    rate,
    settleMs,
    measureMs,
    purpose: 'measure',
    canProlong: true,
  };
}

describe('the known queue', () => {
  test.each(serviceTimesMs)(
    'one that takes %i ms a request can serve 1 / that, and no more',
    async (serviceMs) => {
      const known = await knownQuestion(serviceMs);
      expect(capacityOfQueue(known.queue)).toBe(1000 / serviceMs);
      expect(known.queue.boundMs).toBeGreaterThan(serviceMs);
      const { run } = queueAsSystem(known.queue);
      const outcomeAt = (use: number) => run(probeAt((use * 1000) / serviceMs, known.question)).outcome;
      expect([0.7, 0.99, 1.01, 1.3].map(outcomeAt)).toEqual(['held', 'held', 'missed', 'missed']);
    },
  );

  test('by the objective alone a rate would hold that it can not serve for ever', () => {
    expect(queueAsSystem(queue, 'objective-only').run(probeAt(103)).outcome).toBe('held');
    expect(system.run(probeAt(103)).outcome).toBe('missed');
  });

  // Kleinrock 1975, table of GI/M/1: for ρ = 0.5, σ = 0.2032.
  test('of exponential service times the percentile is that of the stationary queue', () => {
    const boundMs = (-Math.log(0.05) * 10) / (1 - 0.2032);
    const known = { ...queue, service: 'exponential', boundMs } as const;
    expect(capacityOfQueue(known)).toBeCloseTo(50, 1);
    const random = createRandom(3);
    const nothing = { random, pausesPerSecond: 0, pauseMs: 0, latenessMs: 0 };
    const served = offer(known, 50, 2_000_000, nothing);
    const slower = served.filter(({ startedMs, endedMs }) => endedMs - startedMs >= boundMs).length;
    expect(slower / served.length).toBeCloseTo(0.05, 2);
  });

  test('a probe that is lost ends early, one that holds takes its time', () => {
    expect(system.run(probeAt(200))).toMatchObject({ outcome: 'missed', loadMs: 3000 });
    expect(system.run(probeAt(90))).toMatchObject({ outcome: 'held', loadMs: 9000 });
  });

  test('searches that meet nothing but the queue hold the truth as often as they say, for a third of the load', () => {
    const searches = Array.from({ length: 40 }, (_, seed) => {
      const result = searchOn(system, { ...question, seed, resolution: 0.1 });
      const linear = linearLoad(system, result, { ...question, resamples: 200 });
      return { trueCapacity: system.capacity, result, linear };
    });
    expect(searchRows(searches, 40).filter(({ met }) => !met)).toEqual([]);
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
