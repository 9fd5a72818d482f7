import { describe, expect, test } from 'vitest';
import { fetchFailureReasons } from '../../../node-image/user/fetch-failures.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { distributionFacts } from '../../../orchestrator/report/facts/distribution-facts.ts';
import { failureWords } from '../../../orchestrator/report/facts/fetch-failures.ts';
import { renderReport } from '../../../orchestrator/report/render-report.ts';
import { renderSummary } from '../../../orchestrator/report/render-summary.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { makeFileRun, makeMessageRun } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun, makeScenario } from '../../fixtures/make-saved-run.ts';
import { plannedKill } from '../../fixtures/planned-fault.ts';
import { textOf } from './text-of.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

const MiB = 2 ** 20;

/** A run of twelve peers in which some gave up, each for its reason; the panel has the sum of all beside them. */
function failing(reasons: Readonly<Record<string, string>>): SavedRun {
  const run = makeFileRun({ topology: 'peer-to-peer', nodes: 12 });
  const panels = run.samples?.panels ?? {};
  const given = Object.entries(reasons).map(([node, reason]) => ({
    legend: `${node} ${reason}`,
    labels: { group: 'users', node, reason },
    points: [[40_000, 1]] as const,
  }));
  const all = { legend: 'all nodes', labels: {}, points: [[0, 0] as const, [40_000, given.length] as const] };
  const complete = (panels['file-download-time'] ?? []).filter(
    ({ labels }) => !((labels['node'] ?? '') in reasons),
  );
  return {
    ...run,
    samples: {
      stepSeconds: 1,
      panels: { ...panels, 'file-download-time': complete, 'file-fetch-failures': [all, ...given] },
    },
  };
}

describe('how a file reached everybody', () => {
  test.each([
    ['client-server', 65.28, 64, 0],
    ['peer-to-peer', 10.16, 8, 512 * MiB],
    ['hybrid', 9.36, 8, (512 - 102.4) * MiB],
  ] as const)(
    '%s: the last completion, beside the least possible time',
    (topology, seconds, least, saved) => {
      const facts = distributionFacts(makeFileRun({ topology, nodes: 8 }));
      expect(facts?.distributionMs).toBeCloseTo(seconds * 1000, 3);
      expect(facts?.bound?.seconds).toBe(least);
      expect(facts?.boundShare).toBeCloseTo(least / seconds, 6);
      expect(facts?.completed).toBe(8);
      expect(facts?.serverBytesSaved).toBeCloseTo(saved, 0);
      expect(facts?.throughputBytesPerSecond).toBeCloseTo((512 * MiB) / seconds, 0);
    },
  );

  test('it is not over while one node lacks some of it, and says how many had all', () => {
    const run = makeFileRun({ topology: 'peer-to-peer', nodes: 4 });
    const panels = run.samples?.panels ?? {};
    const late = { ...panels, 'file-download-time': (panels['file-download-time'] ?? []).slice(1) };
    const lacking = { ...run, samples: { stepSeconds: 1, panels: late } };
    expect(distributionFacts(lacking)).toMatchObject({
      distributionMs: null,
      completed: 3,
      boundShare: null,
    });
    const text = textOf(renderReport(makeRunReport(lacking)));
    expect(text).toContain('Not every node got it: of 64 MiB to 4 nodes, 3 had the whole file in the end.');
    expect(text).toContain('not complete');
  });

  test.each([
    ['nobody-found', 'they found no other node to get it from'],
    ['nobody-has-it', 'nobody sent what they still lacked'],
    ['disk-full', 'their disk is full'],
    ['of-another-make', 'of-another-make'],
  ])('it says who gave up and why: %s', (reason, why) => {
    const run = failing({ 'users-2': reason, 'users-10': reason });
    const sentence = `users-2, users-10 gave up: ${why}`;
    expect(textOf(renderReport(makeRunReport(run)))).toContain(
      `10 had the whole file in the end. ${sentence}.`,
    );
    expect(renderSummary(makeRunReport(run), { colour: false, width: 200 })).toContain(
      `64 MiB to 12 nodes: only 10 had the whole file in the end\n${sentence}\n`,
    );
    expect(reportJson(makeRunReport(run)).distribution?.failures).toEqual([
      { reason, nodes: ['users-2', 'users-10'], fetches: 2 },
    ]);
  });

  test('it has a sentence for every reason that nodes give', () => {
    for (const reason of fetchFailureReasons) {
      const words = failureWords({ reason, nodes: ['users-2'], fetches: 1 });
      expect(words).toMatch(/^users-2 gave up: [a-z ]{15,}$/);
    }
  });

  test('it names the first of many who gave up, the reason of most of them first', () => {
    const many = Array.from({ length: 7 }, (_, index) => [`users-${index + 2}`, 'nobody-has-it']);
    const run = failing({ 'users-11': 'disk-full', ...Object.fromEntries(many) });
    const text = textOf(renderReport(makeRunReport(run)));
    expect(text).toContain('users-2, users-3, users-4, users-5 and 3 more gave up: nobody sent');
    expect(text).toContain('lacked. users-11 gave up: their disk is full.');
  });

  test('it says why even where nodes counted nothing else', () => {
    const run = failing({ 'users-1': 'no-server' });
    const panels = { 'file-fetch-failures': run.samples?.panels['file-fetch-failures'] ?? [] };
    const text = textOf(renderReport(makeRunReport({ ...run, samples: { stepSeconds: 1, panels } })));
    expect(text).toContain('users-1 gave up: no server answered them to the end.');
  });

  test('the longest request tells the time where nodes tell nothing, if all got it', () => {
    const summary = (failed: number) => ({
      metrics: {
        http_req_duration: { values: { max: 9000 } },
        http_req_failed: { values: { rate: failed } },
      },
    });
    const silent = { samples: { stepSeconds: 1, panels: {} }, k6Summaries: { 'users-1': summary(0) } };
    const options = { topology: 'client-server', nodes: 2 } as const;
    expect(distributionFacts(makeFileRun(options, silent))).toMatchObject({
      distributionMs: 9000,
      source: 'generators',
      serverBytesSaved: null,
    });
    const failed = { ...silent, k6Summaries: { 'users-1': summary(0.5) } };
    expect(distributionFacts(makeFileRun(options, failed))).toBeNull();
  });

  test('a bound for nodes that stay is not held against nodes that were killed', () => {
    const run = makeFileRun({ topology: 'peer-to-peer', nodes: 4 });
    const kill = plannedKill('users', ['users-3']);
    const action = { id: 'a1', offsetMs: 1000, change: kill, source: 'timeline[0]', summary: 'kill users-3' };
    const facts = distributionFacts({ ...run, plan: { ...run.plan, actions: [action] } });
    expect(facts).toMatchObject({
      boundShare: null,
      incomparable: 'nodes or their links changed on the way',
    });
  });

  test('runs that distribute nothing say nothing of it', () => {
    expect(distributionFacts(makeSavedRun({ scenario: makeScenario() }))).toBeNull();
    expect(renderReport(makeRunReport(makeSavedRun()))).not.toContain('id="distribution"');
  });
});

test('the report names who gave how much, and every chart speaks', () => {
  const report = renderReport(makeRunReport(makeFileRun({ topology: 'hybrid', nodes: 32 })));
  const chart = /<figure id="chart-given".*?<\/figure>/s.exec(report)?.[0] ?? '';
  expect(chart).toMatch(
    /aria-label="Bytes given: servers 102 MiB; most of the nodes users-\d+ with 89.6 MiB/,
  );
  // A column for each, in both drawings: solid of nodes, striped of servers.
  expect(chart.match(/<path d="[^"]*Z" fill="var\(--series-0\)"/g)).toHaveLength(2 * 32);
  expect(chart.match(/<path d="[^"]*Z" fill="url\(#given-(wide|narrow)-[^"]*\)"/g)).toHaveLength(2);
  expect(textOf(report)).toContain('64 MiB to 32 nodes took 10.6 s');
});

test('report.json holds the same figures', () => {
  const { distribution } = reportJson(makeRunReport(makeFileRun({ topology: 'peer-to-peer', nodes: 8 })));
  expect(distribution?.nodes).toHaveLength(9);
  expect(distribution?.bound).toEqual({ seconds: 8, limit: 'source uplink' });
});

test('the terminal says it in a line, and one for each fault', () => {
  const options = { colour: false, width: 200 };
  expect(renderSummary(makeRunReport(makeFileRun({ topology: 'hybrid', nodes: 8 })), options)).toContain(
    '64 MiB to 8 nodes in 9.36 s, 85.5 % of what the links allow; 102 MiB from servers',
  );
  const summary = renderSummary(makeRunReport(makeMessageRun(30)), options);
  expect(summary).toContain('30 nodes connected 1.5 s after the last was ready');
  expect(summary).toMatch(
    /a2 \(kill peers-8 and peers-9\): recovered after 7 s, 36 operations lost, 90[.\d]* % served/,
  );
});
