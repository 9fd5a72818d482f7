// Figures of a phase over the requests and iterations that were started in it, from what a wrapped script pushes.
import { describe, expect, test } from 'vitest';
import { measureFigures } from '../../../../orchestrator/measure/figures/measure-figures.ts';
import { measureObjective } from '../../../../orchestrator/measure/objectives/measure-objective.ts';
import { Readings } from '../../../../orchestrator/measure/readings/readings.ts';
import type { LoadCurve } from '../../../../orchestrator/plan/plan.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import type { Measure } from '../../../../orchestrator/scenario/objectives/objective-kinds.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';
import { steadyLoad } from '../steady-load.ts';

const startMs = 1_000_000;
const users = steadyLoad(10, 20_000);
const context = { run: 'r', startMs, lastedMs: 20_000, loads: [users] };
const calm = { startMs: 0, endMs: 10_000, cohort: 'calm' };
const storm = { startMs: 10_000, endMs: 20_000, cohort: 'storm' };
const whole = { startMs: 0, endMs: 20_000 };

/** What a series came to, pushed when its last request had ended: long after its window, where users waited. */
function final(name: string, labels: Record<string, string>, value: number, afterSeconds = 24): StoredSeries {
  return {
    name: `k6_${name}`,
    labels: { run: 'r', group: 'users', node: 'users-k6-1', ...labels },
    samples: [[startMs / 1000 + afterSeconds, value]],
  };
}

function times(name: string, labels: Record<string, string>, count: number, seconds: number): StoredSeries {
  const buckets = [{ lower: seconds * 0.99, upper: seconds, count }];
  const series = final(name, labels, 0);
  return { ...series, samples: [[startMs / 1000 + 24, { count, sum: count * seconds, buckets }]] };
}

const answered = { status: '200', expected_response: 'true' };
const none = { status: '0', expected_response: 'false' };
const vus = final('vus', {}, 10, 20);
const dropped: StoredSeries = {
  ...final('dropped_iterations_total', {}, 0),
  samples: [[startMs / 1000 + 15, 1]],
};

/** In the storm 40 of 100 requests hang until they are ended 9 s later; one of 100 iterations was dropped. */
const hanging: StoredSeries[] = [
  vus,
  dropped,
  times('http_req_duration_seconds', { ...answered, window: 'calm' }, 100, 0.005),
  times('http_req_duration_seconds', { ...answered, window: 'storm' }, 60, 0.005),
  times('http_req_duration_seconds', { ...none, window: 'storm' }, 39, 0.0001),
  times('topolab_unanswered_seconds', { window: 'storm', error_code: '1050' }, 39, 9),
  final('topolab_requests_started_total', { window: 'calm' }, 100),
  final('topolab_requests_started_total', { window: 'storm' }, 100),
  final('topolab_requests_ended_total', { window: 'calm' }, 100),
  final('topolab_requests_ended_total', { window: 'storm' }, 99),
  final('topolab_iterations_started_total', { window: 'calm' }, 100),
  final('topolab_iterations_started_total', { window: 'storm' }, 99),
  final('topolab_iterations_ended_total', { window: 'calm', outcome: 'done' }, 100),
  final('topolab_iterations_ended_total', { window: 'storm', outcome: 'done' }, 57),
  final('topolab_iterations_ended_total', { window: 'storm', outcome: 'failed' }, 39),
  final('topolab_iterations_ended_total', { window: 'storm', outcome: 'exception' }, 2),
  final('topolab_checks_total', { window: 'calm', check: 'is a page', outcome: 'pass' }, 100),
  final('topolab_checks_total', { window: 'storm', check: 'is a page', outcome: 'pass' }, 60),
  final('topolab_checks_total', { window: 'storm', check: 'is a page', outcome: 'fail' }, 20),
  final('topolab_checks_total', { window: 'storm', check: 'is quick', outcome: 'pass' }, 80),
];

const readings = (series: readonly StoredSeries[], more = {}) =>
  new Readings(fakePrometheus(series).client, { ...context, ...more });
const objective = (measure: Measure, some: Partial<Objective> = {}): Objective => ({
  name: 'x',
  measure,
  comparison: 'below',
  bound: 500,
  phase: null,
  load: null,
  ...some,
});

describe('users who are redirected until k6 gives up', () => {
  const moved = { status: '302', expected_response: 'true', window: 'calm' };
  const counted = (requests: number, sentOn: number) => [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 50, 0.005),
    times('http_req_duration_seconds', moved, requests, 0.001),
    final('topolab_requests_sent_on_total', { window: 'calm' }, sentOn),
    final('topolab_requests_started_total', { window: 'calm' }, 100),
    final('topolab_requests_ended_total', { window: 'calm' }, 100),
  ];

  test('have failed with every answer on the way', async () => {
    const figures = await measureFigures(null, calm, readings(counted(550, 50)));
    expect(figures.requests).toMatchObject({ started: 600, failed: 550, unanswered: 0 });
    expect(figures.errorShare).toBeCloseTo(550 / 600);
  });

  test('are told apart from those who arrive', async () => {
    const figures = await measureFigures(null, calm, readings(counted(50, 0)));
    expect(figures.requests).toMatchObject({ started: 100, failed: 0 });
  });
});

test('streams that were answered and go on at the end are served', async () => {
  const streams = [
    vus,
    final('topolab_requests_started_total', { window: 'calm' }, 40),
    final('topolab_requests_ended_total', { window: 'calm' }, 40),
    final('topolab_requests_left_open_total', { window: 'calm' }, 40),
  ];
  const figures = await measureFigures(null, calm, readings(streams));
  expect(figures).toMatchObject({ requests: { started: 40, failed: 0, unanswered: 0 }, errorShare: 0 });
  const p95 = objective({ kind: 'latency', percentile: 95 });
  expect(await measureObjective(p95, calm, readings(streams))).toMatchObject({
    status: 'no-samples',
    why: 'no stream has ended, and k6 times one as it ends',
  });
});

test('streams that their script has closed once they were answered are served, and others that are cancelled are not', async () => {
  const streams = [
    vus,
    times('grpc_req_duration_seconds', { status: '1', window: 'calm' }, 40, 2),
    times('topolab_unanswered_seconds', { window: 'calm', error_code: '' }, 10, 2),
    final('topolab_requests_started_total', { window: 'calm' }, 40),
    final('topolab_requests_ended_total', { window: 'calm' }, 40),
    final('topolab_requests_closed_total', { window: 'calm' }, 30),
  ];
  const figures = await measureFigures(null, calm, readings(streams));
  expect(figures).toMatchObject({
    requests: { started: 40, failed: 10, unanswered: 10 },
    errorShare: 0.25,
  });
});

test('streams and redirects count in an objective on a tag only where they have it', async () => {
  const series = (tags: Record<string, string>) => [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm', team: 'a' }, 50, 0.005),
    times('http_req_duration_seconds', { ...answered, status: '302', window: 'calm', team: 'a' }, 44, 0.001),
    final('topolab_requests_sent_on_total', { window: 'calm', ...tags }, 2),
    final('topolab_requests_left_open_total', { window: 'calm', ...tags }, 6),
  ];
  const errors = objective({ kind: 'errors' }, { bound: 1, tags: { team: 'a' } });
  const measured = async (tags: Record<string, string>) =>
    (await measureObjective(errors, calm, readings(series(tags)))).measured;
  expect(await measured({ team: 'a' })).toBeCloseTo(22 / 100, 9);
  expect(await measured({ team: 'b' })).toBe(0);
});

describe('users who wait until the end', () => {
  test('are errors of the phase in which they began to wait, and of no other', async () => {
    const all = readings(hanging);
    expect((await measureFigures(null, calm, all)).errorShare).toBe(0);
    expect((await measureFigures(null, storm, all)).errorShare).toBeCloseTo(0.4, 9);
    expect((await measureFigures('users', whole, all)).errorShare).toBeCloseTo(0.2, 9);
  });

  test('are in the percentiles with at least what they had waited', async () => {
    const figures = await measureFigures(null, storm, readings(hanging));
    expect(figures.p50Ms).toBeCloseTo(5, 1);
    expect(figures.p95Ms).toBeGreaterThan(8900);
    expect(figures.atLeast).toEqual(['p95', 'p99']);
  });

  test('are counted, those cut off too', async () => {
    const { requests, iterations, servedPerSecond, servedShare } = await measureFigures(
      null,
      storm,
      readings(hanging),
    );
    expect(requests).toEqual({ started: 100, failed: 40, unanswered: 40, cutOff: 1 });
    expect(iterations).toEqual({
      offered: 100,
      started: 99,
      done: 57,
      exceptions: 2,
      disconnected: 0,
      cutOff: 1,
      unfinished: 0,
    });
    expect(servedPerSecond).toBe(6);
    expect(servedShare).toBe(0.57);
  });

  test('miss an objective on latency that they make unreachable', async () => {
    const result = await measureObjective(
      objective({ kind: 'latency', percentile: 95 }),
      storm,
      readings(hanging),
    );
    expect(result).toMatchObject({ status: 'missed', atLeast: true });
  });

  test('leave an objective open whose bound is longer than anybody has waited', async () => {
    const result = await measureObjective(
      objective({ kind: 'latency', percentile: 95 }, { bound: 60_000 }),
      storm,
      readings(hanging),
    );
    expect(result).toMatchObject({ status: 'no-samples', unanswered: true });
  });

  test('cut off as the load was ended early are nobody’s failure', async () => {
    const { requests, iterations } = await measureFigures(
      null,
      storm,
      readings(hanging, { endedEarly: true }),
    );
    expect(requests).toMatchObject({ started: 99, failed: 39, cutOff: 0 });
    expect(iterations).toMatchObject({ cutOff: 0 });
  });
});

test('iterations that end by an exception are errors where no request failed', async () => {
  const series = [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 100, 0.005),
    final('topolab_iterations_started_total', { window: 'calm' }, 100),
    final('topolab_iterations_ended_total', { window: 'calm', outcome: 'done' }, 50),
    final('topolab_iterations_ended_total', { window: 'calm', outcome: 'exception' }, 50),
  ];
  const result = await measureObjective(objective({ kind: 'errors' }), calm, readings(series));
  expect(result.measured).toBe(0.5);
});

test('iterations whose WebSockets are refused are errors, though no request tells of them', async () => {
  const series = [
    vus,
    final('topolab_iterations_started_total', { window: 'calm' }, 100),
    final('topolab_iterations_ended_total', { window: 'calm', outcome: 'disconnected' }, 100),
  ];
  const result = await measureObjective(
    objective({ kind: 'errors' }, { bound: 0.05 }),
    calm,
    readings(series),
  );
  expect(result).toMatchObject({ status: 'missed', measured: 1 });
});

test('a phase in which nobody asked holds no objective on errors where there are requests in others', async () => {
  const series = [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 100, 0.005),
    final('topolab_requests_started_total', { window: 'calm' }, 100),
    final('topolab_iterations_started_total', { window: 'storm' }, 100),
    final('topolab_iterations_ended_total', { window: 'storm', outcome: 'done' }, 100),
  ];
  const errors = objective({ kind: 'errors' });
  expect(await measureObjective(errors, storm, readings(series))).toMatchObject({
    status: 'no-samples',
    why: 'no request was started in this window',
  });
});

test('requests that were never answered have failed, also where the script has k6 judge no answers', async () => {
  const series = [
    vus,
    times('http_req_duration_seconds', { status: '200', window: 'calm' }, 60, 0.005),
    times('http_req_duration_seconds', { status: '0', window: 'calm' }, 40, 0.0001),
  ];
  const { requests, errorShare } = await measureFigures(null, calm, readings(series));
  expect(requests).toEqual({ started: 100, failed: 40, unanswered: 40, cutOff: 0 });
  expect(errorShare).toBe(0.4);
});

test('requests that k6 could not make, as by a URL that is none, have failed though it counts none of them', async () => {
  const series = [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 50, 0.005),
    times('http_req_duration_seconds', { ...none, window: 'calm' }, 10, 0.0001),
    times('topolab_unanswered_seconds', { window: 'calm', error_code: '1050' }, 10, 1),
    times('topolab_unanswered_seconds', { window: 'calm', error_code: '1020' }, 40, 0.0001),
    final('topolab_requests_started_total', { window: 'calm' }, 100),
    final('topolab_requests_ended_total', { window: 'calm' }, 100),
  ];
  const { requests, errorShare } = await measureFigures(null, calm, readings(series));
  expect(requests).toEqual({ started: 100, failed: 50, unanswered: 50, cutOff: 0 });
  expect(errorShare).toBe(0.5);
});

test('users who wait for a connection wait, though k6 times what comes after it', async () => {
  const series = [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 100, 0.005),
    times('http_req_blocked_seconds', { ...answered, window: 'calm', method: 'GET' }, 90, 0.001),
    times('http_req_blocked_seconds', { ...answered, window: 'calm', method: 'POST' }, 10, 3),
  ];
  const { p50Ms, p95Ms } = await measureFigures(null, calm, readings(series));
  expect(p50Ms).toBeCloseTo(5, 1);
  expect(p95Ms).toBeGreaterThan(2900);
  const latency = await measureObjective(
    objective({ kind: 'latency', percentile: 95 }),
    calm,
    readings(series),
  );
  expect(latency).toMatchObject({ status: 'missed', connecting: true });
  // A threshold of the script's own is k6's.
  const measure: Measure = { kind: 'metric', metric: 'http_req_duration', aggregate: { percentile: 95 } };
  expect(await measureObjective(objective(measure), calm, readings(series))).toMatchObject({
    status: 'held',
  });
});

test('answers that come after a long grace are answers', async () => {
  const late = (series: StoredSeries): StoredSeries => ({
    ...series,
    samples: series.samples.map(([, value]) => [startMs / 1000 + 20 + 90, value] as const),
  });
  const stored = [
    vus,
    late(times('http_req_duration_seconds', { ...answered, window: 'calm' }, 100, 100)),
    final('topolab_requests_started_total', { window: 'calm' }, 100),
    late(final('topolab_requests_ended_total', { window: 'calm' }, 100)),
  ];
  const { requests } = await measureFigures(null, calm, readings(stored, { settledMs: 120_000 }));
  expect(requests).toEqual({ started: 100, failed: 0, unanswered: 0, cutOff: 0 });
});

test('where every connection is refused there is no latency, and all of it is an error', async () => {
  const series = [vus, times('http_req_duration_seconds', { ...none, window: 'calm' }, 480, 0.0000003)];
  const figures = await measureFigures(null, calm, readings(series));
  expect(figures).toMatchObject({ p50Ms: null, p95Ms: null, errorShare: 1, servedPerSecond: 0 });
  const latency = objective({ kind: 'latency', percentile: 95 });
  expect(await measureObjective(latency, calm, readings(series))).toMatchObject({
    status: 'no-samples',
    unanswered: true,
    why: 'none of 480 requests was answered',
  });
});

test('calls of gRPC are requests: failed where their status is not OK, and unanswered where nobody was there', async () => {
  const call = (status: string, count: number, seconds: number) =>
    times('grpc_req_duration_seconds', { window: 'calm', method: 'Get', status }, count, seconds);
  const calls = readings([
    vus,
    call('0', 80, 0.01),
    call('5', 15, 0.01),
    call('14', 5, 0.0001),
    final('topolab_requests_started_total', { window: 'calm' }, 100),
    final('topolab_requests_ended_total', { window: 'calm' }, 100),
  ]);
  const { requests, errorShare, servedPerSecond, p50Ms } = await measureFigures(null, calm, calls);
  expect(requests).toEqual({
    started: 100,
    failed: 20,
    unanswered: 5,
    cutOff: 0,
    statuses: { 'gRPC 5': 15 },
  });
  expect([errorShare, servedPerSecond]).toEqual([0.2, 8]);
  expect(p50Ms).toBeCloseTo(10, 0);
  const tagged = objective({ kind: 'errors' }, { bound: 0.1, tags: { method: 'Get' } });
  expect(await measureObjective(tagged, calm, calls)).toMatchObject({ status: 'missed', measured: 0.2 });
});

test('failed requests that were answered are told by their statuses', async () => {
  const failed = (status: string, node: string, count: number) =>
    times(
      'http_req_duration_seconds',
      { status, node, expected_response: 'false', window: 'calm' },
      count,
      0.01,
    );
  const series = [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 60, 0.005),
    failed('503', 'users-k6-1', 20),
    failed('503', 'users-k6-2', 10),
    failed('200', 'users-k6-1', 4),
    times('http_req_duration_seconds', { ...none, window: 'calm' }, 6, 0.0001),
  ];
  const { requests } = await measureFigures(null, calm, readings(series));
  expect(requests).toMatchObject({ failed: 40, unanswered: 6, statuses: { 503: 30, 200: 4 } });
});

test('answers with an error status that the script expects are served, and told by their statuses', async () => {
  const accepted = (labels: Record<string, string>, count: number) =>
    times('http_req_duration_seconds', { window: 'calm', ...labels }, count, 0.01);
  const series = [
    vus,
    accepted({ status: '200' }, 40),
    accepted({ status: '304', expected_response: 'true' }, 8),
    accepted({ status: '399', expected_response: 'true' }, 4),
    accepted({ status: '400', expected_response: 'true' }, 3),
    accepted({ status: '404', expected_response: 'true', node: 'users-k6-1' }, 20),
    accepted({ status: '404', expected_response: 'true', node: 'users-k6-2' }, 10),
    // k6 was told to judge none.
    accepted({ status: '500' }, 5),
    accepted({ status: '503', expected_response: 'false' }, 6),
    accepted(none, 4),
  ];
  const { requests } = await measureFigures(null, calm, readings(series));
  expect(requests).toEqual({
    started: 100,
    failed: 10,
    unanswered: 4,
    cutOff: 0,
    statuses: { 503: 6 },
    accepted: { 400: 3, 404: 30, 500: 5 },
  });
});

test('requests outside of any window, such as those of setup(), are in no figure', async () => {
  const series = [
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 10, 0.005),
    times('http_req_duration_seconds', { ...none }, 1000, 0.005),
  ];
  expect((await measureFigures(null, whole, readings(series))).requests).toMatchObject({ started: 10 });
});

describe('checks', () => {
  test('are counted by name', async () => {
    const { checks } = await measureFigures(null, whole, readings(hanging));
    expect(checks).toEqual([
      { check: 'is a page', passes: 160, fails: 20 },
      { check: 'is quick', passes: 80, fails: 0 },
    ]);
  });

  test.each<[string, string | null, number]>([
    ['all together', null, 140 / 160],
    ['one of them', 'is a page', 0.75],
  ])('are an objective: %s', async (_, check, share) => {
    const asked = objective({ kind: 'checks', check }, { comparison: 'atLeast', bound: 0.99 });
    const result = await measureObjective(asked, storm, readings(hanging));
    expect(result).toMatchObject({ status: 'missed', measured: share });
  });

  test('that nobody made are never held', async () => {
    const asked = objective({ kind: 'checks', check: 'is red' }, { comparison: 'atLeast', bound: 0 });
    const result = await measureObjective(asked, storm, readings(hanging));
    expect(result).toMatchObject({ status: 'no-samples', why: 'no check “is red” was made' });
  });
});

test('users of a closed load who hang count by their time, for they ask nothing else meanwhile', async () => {
  const closed: LoadCurve = {
    load: 'users',
    unit: 'virtual-users',
    start: 5,
    stages: [{ durationMs: 20_000, target: 5 }],
  };
  // Five users hang from the eighth of twenty seconds until the end, and in the grace after it, after 2,000 quick answers.
  const { client: prometheus } = fakePrometheus([
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 2000, 0.002),
    times('http_req_duration_seconds', { ...none, window: 'calm' }, 5, 0.0001),
    times('topolab_unanswered_seconds', { window: 'calm', error_code: '1050' }, 5, 16),
    final('topolab_hung_seconds_total', { window: 'calm' }, 10),
    final('topolab_hung_seconds_total', { window: 'storm' }, 50),
  ]);
  const figures = await measureFigures(
    null,
    whole,
    new Readings(prometheus, { ...context, loads: [closed] }),
  );
  expect(figures.hungShare).toBeCloseTo(0.6, 9);
  expect(figures.errorShare).toBeCloseTo(0.6, 9);
  const ofPhase = async (phase: typeof calm) =>
    (await measureFigures(null, phase, new Readings(prometheus, { ...context, loads: [closed] }))).hungShare;
  expect(await ofPhase(calm)).toBeCloseTo(0.2, 9);
  // Nobody asked anything then, for all of them hung.
  expect(await ofPhase(storm)).toBe(1);
  expect(await ofPhase({ startMs: 10_000, endMs: 20_000, cohort: 'later' })).toBeNull();
  // Beside a load of another model their time is theirs alone.
  const both = [closed, { ...users, load: 'others' }];
  const mixed = await measureFigures(null, whole, new Readings(prometheus, { ...context, loads: both }));
  expect(mixed.errorShare).toBeCloseTo(0.6, 9);
  const open = await measureFigures(null, whole, new Readings(prometheus, context));
  expect(open.hungShare).toBeNull();
  expect(open.errorShare).toBeCloseTo(5 / 2005, 6);
});

test('users of a closed load whose iterations k6 ended by force have hung from when they began to wait', async () => {
  const closed: LoadCurve = {
    load: 'users',
    unit: 'virtual-users',
    start: 5,
    stages: [{ durationMs: 20_000, target: 5 }],
  };
  // Of 15 s and 45 s that were left as waits began, others took 5 s back: k6 told nothing more of the rest.
  const { client } = fakePrometheus([
    vus,
    final('topolab_waits_booked_seconds_total', { window: 'calm' }, 15),
    final('topolab_waits_booked_seconds_total', { window: 'storm' }, 45),
    final('topolab_waits_over_seconds_total', { window: 'calm' }, 5),
    final('topolab_hung_seconds_total', { window: 'calm' }, 2),
    final('topolab_iterations_started_total', { window: 'calm' }, 2000),
    final('topolab_iterations_ended_total', { window: 'calm', outcome: 'done' }, 1997),
  ]);
  const of = async (stretch: typeof calm, more = {}) =>
    await measureFigures(null, stretch, new Readings(client, { ...context, loads: [closed], ...more }));
  expect((await of(calm)).hungShare).toBeCloseTo(12 / 50, 9);
  expect((await of(calm)).errorShare).toBeCloseTo(12 / 50, 9);
  expect((await of(storm)).hungShare).toBeCloseTo(0.9, 9);
  // What the end cuts off is nobody's failure where it came early.
  expect((await of(calm, { endedEarly: true })).hungShare).toBeCloseTo(2 / 50, 9);
});

test('users of a closed load who are answered late count by their time as well, apart', async () => {
  const closed: LoadCurve = {
    load: 'users',
    unit: 'virtual-users',
    start: 5,
    stages: [{ durationMs: 20_000, target: 5 }],
  };
  // Two of five users wait 15 s of the 20 s that they have, and 2,000 requests of the others are quick.
  const { client } = fakePrometheus([
    vus,
    times('http_req_duration_seconds', { ...answered, window: 'calm' }, 2002, 0.002),
    times('http_req_waiting_seconds', { ...answered, window: 'calm', method: 'GET' }, 2000, 0.002),
    times('http_req_waiting_seconds', { ...answered, window: 'calm', method: 'POST' }, 2, 15),
    times('http_req_waiting_seconds', { ...none, window: 'calm' }, 3, 15),
  ]);
  const figuresOf = async (load: LoadCurve) =>
    await measureFigures(null, whole, new Readings(client, { ...context, loads: [load] }));
  const figures = await figuresOf(closed);
  expect(figures.p95Ms).toBeLessThan(10);
  expect(figures.errorShare).toBe(0);
  expect(figures.waitedShare).toBeCloseTo(0.3, 2);
  expect((await figuresOf({ ...closed, mayEndEarly: true })).waitedShare).toBeNull();
  expect((await figuresOf(users)).waitedShare).toBeNull();
});
