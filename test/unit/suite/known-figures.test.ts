// What a suite may ask for is what reports hold: of each figure that is offered there is one in the report of some run or study.
import { describe, expect, test } from 'vitest';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';
import { type ReportJson, reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { figureAt, parseFigurePath } from '../../../orchestrator/suite/figures/figure-path.ts';
import { RESULTS } from '../../../orchestrator/suite/figures/results.ts';
import { makeFileRun, makeMessageRun } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun } from '../../fixtures/make-saved-run.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

const runs = [makeSavedRun(), makeFileRun({ topology: 'hybrid', nodes: 4 }), makeMessageRun()].map(
  (run) => JSON.parse(JSON.stringify(reportJson(makeRunReport(run)))) as unknown,
);

const study = JSON.parse(JSON.stringify(makeStudy().answer)) as unknown;

/** Whether a field of this path is there at all, measured or not. */
function isThere(result: unknown, path: string): boolean {
  const steps = path.replaceAll('[*]', '.*').split('.').filter(Boolean);
  const found = steps.reduce<readonly unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        if (step === '*') return Object.values(value) as unknown[];
        return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
      }),
    [result],
  );
  return found.length > 0;
}

/** What no fixture has, and real runs do: the compiler looks whether these are fields of a report, and numbers. */
const TYPED: Readonly<Record<string, (report: ReportJson) => number | null | undefined>> = {
  'enrolment.nodes[*].steps.administrator': (report) => report.enrolment?.nodes[0]?.steps.administrator,
  'enrolment.nodes[*].steps.member': (report) => report.enrolment?.nodes[0]?.steps.member,
  'enrolment.nodes[*].steps.joiner': (report) => report.enrolment?.nodes[0]?.steps.joiner,
  'enrolment.nodes[*].places[*]': (report) => report.enrolment?.nodes[0]?.places.length,
  'enrolment.nodes[*].credentialAfterMs': (report) => report.enrolment?.nodes[0]?.credentialAfterMs,
  'enrolment.nodes[*].readyAfterMs': (report) => report.enrolment?.nodes[0]?.readyAfterMs,
  'enrolment.nodes[*].firstOperationAfterMs': (report) => report.enrolment?.nodes[0]?.firstOperationAfterMs,
  'access.lost[*].told[*]': (report) => report.access?.lost[0]?.told.length,
  'access.lost[*].keepers': (report) => report.access?.lost[0]?.keepers,
  'access.lost[*].tellingMs': (report) => report.access?.lost[0]?.tellingMs,
  'access.lost[*].refusedEverywhereMs': (report) => report.access?.lost[0]?.refusedEverywhereMs,
  'access.lost[*].unauthorised.served': (report) => report.access?.lost[0]?.unauthorised.served,
  'access.lost[*].unauthorised.probes': (report) => report.access?.lost[0]?.unauthorised.probes,
  'access.lost[*].unauthorised.laterThanCache': (report) =>
    report.access?.lost[0]?.unauthorised.laterThanCache,
  'access.lost[*].receivedAfterwards': (report) => report.access?.lost[0]?.receivedAfterwards,
  'access.lost[*].spread': (report) => report.access?.lost[0]?.spread,
  'access.kept.refused': (report) => report.access?.kept.refused,
  'access.gained[*].grantedEverywhereMs': (report) => report.access?.gained[0]?.grantedEverywhereMs,
  'whole.offeredPerSecond': (report) => report.whole?.offeredPerSecond,
  'whole.servedPerSecond': (report) => report.whole?.servedPerSecond,
  'whole.servedShare': (report) => report.whole?.servedShare,
  'whole.errorShare': (report) => report.whole?.errorShare,
  'whole.p50Ms': (report) => report.whole?.p50Ms,
  'whole.p95Ms': (report) => report.whole?.p95Ms,
  'whole.p99Ms': (report) => report.whole?.p99Ms,
  'whole.hungShare': (report) => report.whole?.hungShare,
  'whole.requests.started': (report) => report.whole?.requests?.started,
  'whole.requests.failed': (report) => report.whole?.requests?.failed,
  'whole.iterations.done': (report) => report.whole?.iterations?.done,
  'phases[*].servedShare': (report) => report.phases?.[0]?.servedShare,
  'phases[*].hungShare': (report) => report.phases?.[0]?.hungShare,
  'phases[*].requests.started': (report) => report.phases?.[0]?.requests?.started,
  'phases[*].requests.failed': (report) => report.phases?.[0]?.requests?.failed,
  'phases[*].iterations.done': (report) => report.phases?.[0]?.iterations?.done,
  'loads[*].offeredPerSecond': (report) => report.loads?.[0]?.offeredPerSecond,
  'loads[*].servedPerSecond': (report) => report.loads?.[0]?.servedPerSecond,
  'loads[*].servedShare': (report) => report.loads?.[0]?.servedShare,
  'loads[*].errorShare': (report) => report.loads?.[0]?.errorShare,
  'loads[*].p50Ms': (report) => report.loads?.[0]?.p50Ms,
  'loads[*].p95Ms': (report) => report.loads?.[0]?.p95Ms,
  'loads[*].p99Ms': (report) => report.loads?.[0]?.p99Ms,
  'loads[*].hungShare': (report) => report.loads?.[0]?.hungShare,
  'loads[*].requests.started': (report) => report.loads?.[0]?.requests?.started,
  'loads[*].requests.failed': (report) => report.loads?.[0]?.requests?.failed,
  'loads[*].iterations.done': (report) => report.loads?.[0]?.iterations?.done,
  'usage.servers.nodes': (report) => report.usage?.servers?.nodes,
  'usage.servers.cpuSeconds': (report) => report.usage?.servers?.cpuSeconds,
  'usage.servers.sentBytes': (report) => report.usage?.servers?.sentBytes,
  'usage.users.nodes': (report) => report.usage?.users?.nodes,
  'usage.users.cpuSeconds': (report) => report.usage?.users?.cpuSeconds,
  'usage.users.sentBytes': (report) => report.usage?.users?.sentBytes,
  'usage.serverBytesShare': (report) => report.usage?.serverBytesShare,
  'usage.cpuFairness': (report) => report.usage?.cpuFairness,
  'usage.sentBytesFairness': (report) => report.usage?.sentBytesFairness,
  'faults[*].servedShare': (report) => report.faults?.[0]?.servedShare,
  'faults[*].slow.count': (report) => report.faults?.[0]?.slow?.count,
  'faults[*].users.touched': (report) => report.faults?.[0]?.users?.touched,
  'faults[*].users.all': (report) => report.faults?.[0]?.users?.all,
  'recovery.destructions[*].records.rpoMs': (report) => report.recovery?.destructions?.[0]?.records?.rpoMs,
  'recovery.destructions[*].records.lost': (report) => report.recovery?.destructions?.[0]?.records?.lost,
  'recovery.destructions[*].noticedAfterMs': (report) => report.recovery?.destructions?.[0]?.noticedAfterMs,
  'recovery.destructions[*].restoredAfterMs': (report) => report.recovery?.destructions?.[0]?.restoredAfterMs,
  'recovery.destructions[*].replayedAfterMs': (report) => report.recovery?.destructions?.[0]?.replayedAfterMs,
  'recovery.destructions[*].firstWriteAfterMs': (report) =>
    report.recovery?.destructions?.[0]?.firstWriteAfterMs,
  'recovery.destructions[*].recoveredAfterMs': (report) =>
    report.recovery?.destructions?.[0]?.recoveredAfterMs,
  'recovery.records.lost': (report) => report.recovery?.records?.lost,
  'updates[*].convergedAfterMs': (report) => report.updates?.[0]?.convergedAfterMs,
  'updates[*].failedOperations': (report) => report.updates?.[0]?.failedOperations,
  'updates[*].mixedMs': (report) => report.updates?.[0]?.mixedMs,
  'updates[*].givenUpAfterMs': (report) => report.updates?.[0]?.givenUpAfterMs,
  'updates[*].rolledBackAfterMs': (report) => report.updates?.[0]?.rolledBackAfterMs,
  'switches[*].switchedAfterMs': (report) => report.switches[0]?.switchedAfterMs,
  'switches[*].movedAfterMs': (report) => report.switches[0]?.movedAfterMs,
  'switches[*].failedOperations': (report) => report.switches[0]?.failedOperations,
  'switches[*].records.missing': (report) => report.switches[0]?.records?.missing,
  'switches[*].records.wrong': (report) => report.switches[0]?.records?.wrong,
  'switches[*].records.unreadable': (report) => report.switches[0]?.records?.unreadable,
  'switches[*].events.lost': (report) => report.switches[0]?.events?.lost,
  'switches[*].events.doubled': (report) => report.switches[0]?.events?.doubled,
  'switches[*].events.gaps': (report) => report.switches[0]?.events?.gaps,
  'updates[*].lowestReadyShare': (report) => report.updates?.[0]?.lowestReadyShare,
  'churn.servedShare': (report) => report.churn?.servedShare,
  'churn.lowestShare': (report) => report.churn?.lowestShare,
  'churn.lost': (report) => report.churn?.lost,
  'network.connected.afterMs': (report) => report.network?.connected?.afterMs,
};

describe('figures of a run', () => {
  test.each(RESULTS.run.figures.map(({ path }) => path))('%s is in report.json', (path) => {
    expect(Object.hasOwn(TYPED, path) || runs.some((report) => isThere(report, path))).toBe(true);
  });

  test('all that are only looked at by their type are offered', () => {
    const offered = RESULTS.run.figures.map(({ path }) => path);
    expect(Object.keys(TYPED).filter((path) => !offered.includes(path))).toEqual([]);
  });
});

describe('figures of a capacity study', () => {
  test.each(RESULTS.capacity.figures.map(({ path }) => path))('%s is in answer.json', (path) => {
    expect(isThere(study, path)).toBe(true);
  });
});

test.each(Object.entries(RESULTS))('figures of %s are each there once, and can be read', (_, { figures }) => {
  expect(new Set(figures.map(({ path }) => path)).size).toBe(figures.length);
  for (const { path, meaning } of figures) {
    const first = parseFigurePath(path.replaceAll('[*]', '[0]'));
    expect('problem' in first ? first.problem : null).toBeNull();
    if (!('problem' in first)) expect(figureAt({}, first)).toBeUndefined();
    expect(meaning).not.toBe('');
  }
});
