import { expect, test } from 'vitest';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import type { Measure } from '../../../orchestrator/scenario/objectives/objective-kinds.ts';
import { describeMeasured } from '../../../orchestrator/judge/describe-objective.ts';
import { describeSaturation } from '../../../orchestrator/report/words/describe-saturation.ts';
import { isUnreadable, readK6Summary } from '../../../orchestrator/report/facts/k6-summary.ts';
import { renderSummary } from '../../../orchestrator/report/render-summary.ts';
import type { Link } from '../../../orchestrator/scenario/groups/group.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { scenarioOf } from '../run/make-run.ts';
import { plannedLink } from '../../fixtures/planned-fault.ts';
import {
  FIRST_SATURATED,
  HOST_SATURATED,
  makeEvents,
  makeInterruptedRun,
  makeSavedRun,
  makeScenario,
  makeVerdict,
} from '../../fixtures/make-saved-run.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

test('report.json holds outcome, objectives, phases and the saturated resource', () => {
  const report = reportJson(makeRunReport(makeSavedRun()));
  expect(report).toMatchObject({
    schemaVersion: 1,
    run: '20260302-093000-server-scaling',
    outcome: 'fail',
    exitCode: 3,
    seed: 7,
    startedAt: '2026-03-02T09:30:00.000Z',
    loadMs: 60_000,
    missing: [],
    rerun: 'topolab run server-scaling.yaml --seed 7',
  });
  expect(report.objectives[1]).toMatchObject({
    status: 'missed',
    measured: 1312.6,
    comparison: 'atMost',
    bound: 250,
    unit: 'ms',
    phase: 'one-server',
  });
  expect(report.firstSaturated?.summary).toContain("servers-1's CPU at 12.3 s");
  expect(report.actions.map(({ id, status }) => [id, status])).toEqual([
    ['a1', 'done'],
    ['a2', 'done'],
  ]);
  expect(report.generators.map(({ node, requests }) => [node, requests])).toEqual([
    ['users-1', 4312],
    ['users-2', 4298],
  ]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test.each([
  ['the file as it was named', { file: 'scenarios/first-run.yaml', set: {} }, 'scenarios/first-run.yaml'],
  [
    'chosen values, quoted where a shell would read them',
    { file: "a user's/file.yaml", set: { nodes: '8', image: 'a b' } },
    `'a user'\\''s/file.yaml' --set nodes=8 --set 'image=a b'`,
  ],
])('the command to run it again has %s', (_, source, words) => {
  const run = makeSavedRun();
  const events = run.events.map((event) => (event.type === 'run-started' ? { ...event, source } : event));
  expect(reportJson(makeRunReport({ ...run, events })).rerun).toBe(`topolab run ${words} --seed 7`);
});

test.each([
  [{}, ''],
  [{ placement: 'spread' }, ''],
  [{ placement: 'zone', generators: 'apart' }, ' --placement zone --generators apart'],
])('the command to run it again names the hosts that there were, %j', (told, words) => {
  const host = { name: 'box1', zone: null, cpus: 4, memoryBytes: 2 ** 33, clockOffsetMs: 0 };
  const run = makeSavedRun();
  const events = run.events.map((event) =>
    event.type === 'run-started' ? { ...event, ...told, hosts: [host] } : event,
  );
  expect(reportJson(makeRunReport({ ...run, events })).rerun).toMatch(
    new RegExp(`--seed 7 --engine swarm${words}$`),
  );
});

test('report.json of an interrupted run has null for what was not reached, never zero', () => {
  const report = reportJson(makeRunReport(makeInterruptedRun()));
  expect(report).toMatchObject({
    outcome: 'interrupted',
    exitCode: 130,
    loadMs: 24_000,
    objectives: [],
    phases: [],
    firstSaturated: null,
  });
  expect(report.actions[1]).toMatchObject({ status: 'not-reached', startedMs: null, finishedMs: null });
  expect(report.missing).toHaveLength(3);
});

test.each([120, 80, 60, 40])('no line of the summary is wider than %i columns, but for the path', (width) => {
  const lines = renderSummary(makeRunReport(makeSavedRun()), { colour: false, width }).split('\n');
  for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(width);
});

test('the summary tells verdict, measured values beside bounds, phases, the saturated resource and where the report is', () => {
  const text = renderSummary(makeRunReport(makeSavedRun()), { colour: false, width: 100 });
  expect(text).toContain('✗ Failed: server-scaling.');
  expect(text).toMatch(/✗ missed +p95 latency of users in one-server +1\.31 s +≤ 250 ms/);
  expect(text).toMatch(/\? no samples +balancer queue +– +< 5/);
  expect(text).toMatch(/four-servers +270\/s +269\/s +0\.04 % +21\.3 ms +83\.4 ms +142 ms +nothing/);
  expect(text).toContain("first to run out: servers-1's CPU at 12.3 s");
  expect(text).toMatch(/report: runs\/.*\/report\.html$/);
});

test('where nothing was judged, no objective is said to have held', () => {
  const reason = 'No objective was declared, so there was nothing to judge.';
  const verdict = makeVerdict({ outcome: 'pass', exitCode: 0, objectives: [], reasons: [reason] });
  const text = renderSummary(makeRunReport(makeSavedRun({ verdict })), { colour: false, width: 100 });
  expect(text).toContain(`✓ Passed: server-scaling.\n  ${reason}`);
  expect(text).not.toContain('held');
});

test('without colour the summary holds no escape codes, with colour it does', () => {
  const escape = String.fromCharCode(27);
  expect(renderSummary(makeRunReport(makeSavedRun()), { colour: false, width: 80 })).not.toContain(escape);
  expect(renderSummary(makeRunReport(makeSavedRun()), { colour: true, width: 80 })).toContain(escape);
});

test('the summary names actions that were not reached', () => {
  expect(renderSummary(makeRunReport(makeInterruptedRun()), { colour: false, width: 80 })).toContain(
    'action a2 (scale servers 2 → 4): not reached',
  );
});

/** The end of an action that changed something at once. */
function finished(change: ActionChange, offsetMs: number): RunEvent {
  const action = { id: 'a1', offsetMs, change, source: 'timeline[0]', summary: change.kind };
  const times = { atMs: 0, offsetMs, plannedMs: offsetMs, startedMs: offsetMs, finishedMs: offsetMs };
  return { type: 'action-finished', action, ...times };
}

test('a saturated node is described with the limit it had at that moment', () => {
  const nodes = ['servers-1'];
  const resized = finished({ kind: 'resize', group: 'servers', cpus: 0.8, memoryBytes: null, nodes }, 5000);
  const run = makeSavedRun({ events: [...makeEvents(), resized] });
  expect(describeSaturation(FIRST_SATURATED, run)).toContain('100 % of 0.8 CPU');
  expect(describeSaturation({ ...FIRST_SATURATED, fromMs: 4000 }, run)).toContain('100 % of 0.2 CPU');
});

test('a limit that a resize left out stays what it was, and files on the disk of a peer come on top', () => {
  const resized = (offsetMs: number, cpus: number | null, memoryBytes: number | null) =>
    finished({ kind: 'resize', group: 'peers', cpus, memoryBytes, nodes: [] }, offsetMs);
  const scenario = scenarioOf({
    groups: { peers: { role: 'peer', discovery: 'broadcast', memory: '64MiB', files: { a: '16MiB' } } },
  });
  const saturation = { ...FIRST_SATURATED, resource: 'memory', group: 'peers', node: 'peers-1' } as const;
  const sentenceAfter = (...resizes: ReturnType<typeof resized>[]) =>
    describeSaturation(saturation, makeSavedRun({ scenario, events: [...makeEvents(), ...resizes] }));
  expect(sentenceAfter(resized(4000, 0.5, null))).toContain('100 % of 80 MiB');
  expect(sentenceAfter(resized(4000, null, 2 ** 27), resized(5000, 0.5, null))).toContain('100 % of 144 MiB');
});

test('a full link is described with the rate it had at that moment', () => {
  const MiB = 1024 ** 2;
  const shape = (uplink: number | null, downlink: number | null): Link => ({
    uplinkBytesPerSecond: uplink,
    downlinkBytesPerSecond: downlink,
    loss: 0,
    delayMs: 0,
    jitterMs: 0,
  });
  const link = shape(MiB, 2 * MiB);
  const changed = finished(plannedLink('servers', link, { nodes: ['servers-1'] }), 5000);
  const scenario = makeScenario();
  const groups = scenario.groups.map((group) => ({ ...group, link: shape(4 * MiB, null) }));
  const run = makeSavedRun({
    scenario: { ...scenario, groups },
    events: [...makeEvents(), changed],
  });
  const full = { ...FIRST_SATURATED, resource: 'uplink', throttled: null } as const;
  expect(describeSaturation(full, run)).toBe("servers-1's uplink at 12.3 s: 100 % of 1 MiB/s, for 7.7 s");
  expect(describeSaturation({ ...full, fromMs: 4000 }, run)).toContain('100 % of 4 MiB/s');
  expect(describeSaturation({ ...full, resource: 'downlink' }, run)).toContain(
    "servers-1's downlink at 12.3 s: 100 % of 2 MiB/s",
  );
  expect(describeSaturation({ ...full, group: 'others' }, makeSavedRun())).toContain('100 % of its rate');
});

test.each([
  [
    'the database',
    { resource: 'cpu', group: 'postgres', role: 'store' },
    'CPU of the database (postgres) at',
  ],
  ['the balancer', { resource: 'memory', group: 'balancer', role: 'balancer' }, 'memory of the balancer at'],
  [
    'what a hypervisor took',
    { resource: 'host-steal', group: 'host', use: 0.32, role: 'host' },
    "the host's CPU (steal) at 12.3 s: 32 % of 8 CPUs",
  ],
] as const)('%s is called by its name', (_, some, words) => {
  expect(describeSaturation({ ...FIRST_SATURATED, ...some, throttled: null }, makeSavedRun())).toContain(
    words,
  );
});

test('where nothing ran out, the summary says what was watched, and what has no limit of its own', () => {
  const run = makeSavedRun({ verdict: makeVerdict({ firstSaturated: null }) });
  const text = renderSummary(makeRunReport(run), { colour: false, width: 400 });
  expect(text).toContain(
    'first to run out: nothing of what is monitored and has a limit: CPU of servers; memory of the database (store) and servers; ' +
      "CPU of the load generators; CPU of the host. Without a CPU limit of their own (they use the host's): the database (store) and the balancer",
  );
});

test.each([
  ['memory', 'servers', 'servers-1', "servers-1's memory at 12.3 s: 100 % of 128 MiB, for 7.7 s"],
  ['generator-cpu', 'users', 'users-1', "generator users-1's CPU at 12.3 s: 100 % of 0.5 CPU, for 7.7 s"],
  ['host-cpu', 'host', 'host', "the host's CPU at 12.3 s: 100 % of 8 CPUs, for 7.7 s"],
] as const)('%s is described in its own unit', (resource, group, node, sentence) => {
  expect(
    describeSaturation({ ...FIRST_SATURATED, resource, group, node, throttled: null }, makeSavedRun()),
  ).toBe(sentence);
});

test('of several hosts the one that ran out is named, with its own cores', () => {
  const run = makeSavedRun();
  const host = { zone: null, memoryBytes: 2 ** 33, clockOffsetMs: 0 };
  const hosts = [
    { ...host, name: 'box1', cpus: 8 },
    { ...host, name: 'box2', cpus: 4 },
  ];
  const events = run.events.map((event) => (event.type === 'run-started' ? { ...event, hosts } : event));
  expect(describeSaturation({ ...HOST_SATURATED, host: 'box2' }, { ...run, events })).toBe(
    "host box2's CPU at 12.3 s: 100 % of 4 CPUs, for 7.7 s",
  );
  expect(describeSaturation(HOST_SATURATED, { ...run, events })).toContain('of the CPUs of the fullest host');
});

test('a value just past its bound is not rounded onto it', () => {
  const [result] = makeVerdict().objectives;
  if (result === undefined) throw new Error('the fixture has objectives');
  expect(describeMeasured({ ...result, measured: 250.4 })).toBe('250.4 ms');
  expect(describeMeasured({ ...result, measured: 250 })).toBe('250 ms');
});

test.each<[Measure, number, number, string]>([
  [{ kind: 'latency', percentile: 95 }, 1234, 1233, '1.233 s'],
  [{ kind: 'latency', percentile: 95 }, 1000, 999.96, '0.99996 s'],
  [{ kind: 'recovered' }, 5000, 5001, '5.001 s'],
  [{ kind: 'updated' }, 185_000, 185_300, '185.3 s'],
  [{ kind: 'errors' }, 0.01, 0.010_000_4, '1.00004 %'],
  [{ kind: 'served' }, 1200, 1199.9, '1199.9/s'],
  [{ kind: 'recordsLost' }, 12_345, 12_345.2, '12345.2'],
])('%o of %d, measured %d, is told apart in the unit that is shown', (measure, bound, measured, text) => {
  const [result] = makeVerdict().objectives;
  if (result === undefined) throw new Error('the fixture has objectives');
  expect(describeMeasured({ ...result, objective: { ...result.objective, measure, bound }, measured })).toBe(
    text,
  );
});

test('a recovery names the fault after which it took longest', () => {
  const [result] = makeVerdict().objectives;
  if (result === undefined) throw new Error('the fixture has objectives');
  const objective = { ...result.objective, measure: { kind: 'recovered' }, bound: 10_000 } as const;
  const recovery = { objective, status: 'missed', fault: { id: 'a2', what: 'pause servers-1' } } as const;
  expect(describeMeasured({ ...recovery, measured: 12_500 })).toBe('12.5 s (after a2)');
  expect(describeMeasured({ ...recovery, measured: null })).toBe('never (after a2)');
});

test('summaries of k6 are read nested and flat, and what is not one is known as such', () => {
  expect(
    readK6Summary('users-1', {
      metrics: { http_reqs: { count: 12, rate: 3 }, http_req_failed: { value: 0.5 } },
    }),
  ).toMatchObject({
    requests: 12,
    requestsPerSecond: 3,
    failedShare: 0.5,
    dropped: null,
  });
  expect(readK6Summary('users-1', { metrics: { iterations: { values: { count: 12 } } } })).toMatchObject({
    iterations: 12,
    dropped: 0,
  });
  expect(isUnreadable(readK6Summary('users-1', null))).toBe(true);
  expect(isUnreadable(readK6Summary('users-1', { metrics: 'none' }))).toBe(true);
});
