import { describe, expect, it } from 'vitest';
import {
  boundAt,
  measureFaultCosts,
  stretchOf,
} from '../../../../orchestrator/measure/impacts/fault-cost.ts';
import type { MeasuredFault } from '../../../../orchestrator/measure/impacts/measure-impacts.ts';
import { Readings } from '../../../../orchestrator/measure/readings/readings.ts';
import type { NativeHistogram } from '../../../../orchestrator/metrics/prometheus-client.ts';
import type { LoadCurve } from '../../../../orchestrator/plan/plan.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';

const startMs = 1_000_000;
const lastedMs = 40_000;
const open: LoadCurve = { load: 'users', unit: 'per-second', start: 10, stages: [] };
const closed: LoadCurve = { load: 'users', unit: 'virtual-users', start: 4, stages: [] };
const labels = { run: 'r', group: 'users', node: 'users-k6-1' };
const context = (curve: LoadCurve) => ({ run: 'r', startMs, lastedMs, loads: [curve] });

/** Began at 20 s. */
function faultOf(
  changes: Partial<MeasuredFault> = {},
  recoveredAfterMs: number | null = 10_000,
): MeasuredFault {
  const impact = { detectedAfterMs: null, recoveredAfterMs, lost: 0, servedBefore: 10, lowestShare: 1 };
  const times = {
    atMs: 20_000,
    effectMs: null,
    lastDownMs: null,
    endedMs: 25_000,
    untilMs: 40_000,
    recoveredSinceBeginningMs: recoveredAfterMs,
    recoveredAfterEndMs: null,
  };
  return { id: 'a1', what: 'pause servers-1', fault: null, ...times, impact, ...changes };
}

/** A sample each second, what it counts by the second. */
const each = <Value>(value: (second: number) => Value) =>
  Array.from({ length: 41 }, (_, second) => [startMs / 1000 + second, value(second)] as const);

/** Ten a second: 10 to 20 ms, and from 20 s to 30 s half of them 400 to 800 ms. */
function durationsAfter(second: number): NativeHistogram {
  const slow = 5 * Math.min(10, Math.max(0, second - 20));
  const buckets = [
    { lower: 0.01, upper: 0.02, count: 10 * second - slow },
    { lower: 0.4, upper: 0.8, count: slow },
  ];
  return { count: 10 * second, sum: 1, buckets: buckets.filter(({ count }) => count > 0) };
}

const durations: StoredSeries = {
  name: 'k6_http_req_duration_seconds',
  labels: { ...labels, expected_response: 'true' },
  samples: each(durationsAfter),
};
const iterations = (outcome: string, count: (second: number) => number): StoredSeries => ({
  name: 'k6_topolab_iterations_ended_total',
  labels: { ...labels, outcome },
  samples: each(count),
});
/** From 20 s on ten a second become eight, and two that fail, for five seconds. */
const failed = (second: number) => 2 * Math.min(5, Math.max(0, second - 20));

function latency(percentile: number, bound: number, more: Partial<Objective> = {}): Objective {
  const measure = { kind: 'latency', percentile } as const;
  return { name: `p${percentile}`, measure, comparison: 'below', bound, phase: null, load: null, ...more };
}

const phases = [
  { name: 'calm', startMs: 0, endMs: 20_000 },
  { name: 'rough', startMs: 20_000, endMs: 40_000 },
];

async function costOf(
  stored: readonly StoredSeries[],
  {
    curve = open,
    objectives = [],
    fault = faultOf(),
  }: { curve?: LoadCurve; objectives?: readonly Objective[]; fault?: MeasuredFault } = {},
) {
  const readings = new Readings(fakePrometheus(stored).client, context(curve));
  const [cost] = await measureFaultCosts([fault], { objectives, phases }, readings);
  return cost;
}

describe('slow operations', () => {
  it('are those over the bound of the latency objective', async () => {
    const cost = await costOf([durations], { objectives: [latency(95, 100), latency(99, 300)] });
    expect(cost?.slow).toEqual({ count: 50, thanMs: 300, bound: 'objective' });
  });

  it('without one are those over what 99 % took before', async () => {
    const cost = await costOf([durations]);
    expect(cost?.slow).toMatchObject({ count: 50, bound: 'p99-before' });
    expect(cost?.slow?.thanMs).toBeCloseTo(20, 0);
  });

  it('are not known where nothing was answered before', async () => {
    expect((await costOf([]))?.slow).toBeNull();
  });

  it('are not known where nobody was answered meanwhile, whatever an objective says', async () => {
    const objectives = [latency(99, 300)];
    expect((await costOf([], { objectives }))?.slow).toBeNull();
    const untilFault = { ...durations, samples: each((second) => durationsAfter(Math.min(20, second))) };
    expect((await costOf([untilFault], { objectives }))?.slow).toBeNull();
    expect((await costOf([durations], { objectives: [latency(99, 900)] }))?.slow?.count).toBe(0);
  });

  it.each([
    ['of the phase', [latency(99, 300, { phase: 'rough' })], 300],
    ['of the whole run', [latency(99, 300)], 300],
    ['not of another phase', [latency(99, 300, { phase: 'calm' })], undefined],
    ['of the only load', [latency(99, 300, { load: 'users' })], 300],
    ['of the highest percentile', [latency(99.9, 900), latency(50, 10)], 900],
    [
      'and none of what is not a latency',
      [{ ...latency(99, 0.1), measure: { kind: 'errors' } as const }],
      undefined,
    ],
  ])('are told by a bound %s', (_, objectives, expected) => {
    expect(boundAt(20_000, { objectives, phases }, { context: context(open) })).toBe(expected);
  });
});

describe('the time that is looked at', () => {
  it.each([
    ['the recovery, where the fault had ended before', faultOf(), 30_000],
    [
      'the recovery, whenever the fault was seen to bite',
      faultOf({ effectMs: 20_500, recoveredSinceBeginningMs: 10_500 }),
      30_500,
    ],
    ['the end of the fault, where users were served before that', faultOf({ endedMs: 38_000 }), 38_000],
    ['the next fault, where neither came about', faultOf({ endedMs: null }, null), 40_000],
    ['the end of one that disturbed nobody', faultOf({}, 0), 25_000],
    ['the next fault, where one that lasts disturbed nobody', faultOf({ endedMs: null }, 0), 40_000],
  ])('goes to %s', (_, fault, endMs) => {
    expect(stretchOf(fault)).toEqual({ startMs: 20_000, endMs });
  });
});

describe('users touched', () => {
  it('are the iterations of an open load that failed meanwhile', async () => {
    const ended = [iterations('done', (s) => 10 * s - failed(s)), iterations('failed', failed)];
    expect((await costOf(ended))?.users).toEqual({ touched: 10, all: 100, each: 'iteration' });
  });

  it('are those too who hang until the load ends, and are given up there', async () => {
    // From 20 s on nobody is answered any more, and nothing ends.
    const ended = iterations('done', (s) => 10 * Math.min(20, s));
    const begun = { ...iterations('', (s) => 10 * s), name: 'k6_topolab_iterations_started_total' };
    const toTheEnd = { fault: faultOf({ endedMs: null }, null) };
    expect((await costOf([ended, begun], toTheEnd))?.users).toEqual({
      touched: 200,
      all: 200,
      each: 'iteration',
    });
    // Of a fault that was over before, nobody knows whether it was to blame.
    expect((await costOf([ended, begun]))?.users).toBeNull();
  });

  it('are the virtual users of a closed load with a failed iteration, each once', async () => {
    const failures = (user: string, count: (second: number) => number): StoredSeries => ({
      name: 'k6_topolab_users_failed_total',
      labels: { ...labels, user },
      samples: each(count),
    });
    const stored = [
      { name: 'k6_vus', labels, samples: each(() => 4) },
      // Before the fault; twice meanwhile; in the end, having hung.
      failures('1', (s) => (s > 5 ? 1 : 0)),
      failures('2', (s) => (s > 21 ? 2 : 0)),
      failures('3', (s) => (s > 39 ? 1 : 0)),
    ];
    const during = await costOf(stored, { curve: closed });
    expect(during?.users).toEqual({ touched: 1, all: 4, each: 'virtual-user' });
    const toTheEnd = await costOf(stored, { curve: closed, fault: faultOf({ endedMs: null }, null) });
    expect(toTheEnd?.users).toEqual({ touched: 2, all: 4, each: 'virtual-user' });
  });

  it('are not known where there are too many to tell them apart', async () => {
    const stored = [{ name: 'k6_vus', labels, samples: each(() => 1001) }];
    expect((await costOf(stored, { curve: closed }))?.users).toBeNull();
  });
});
