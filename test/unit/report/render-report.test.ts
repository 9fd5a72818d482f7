import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Saturation } from '../../../orchestrator/measure/figures/figures.ts';
import { readRun, type SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { downloadsSection, LARGEST_DOWNLOAD_BYTES } from '../../../orchestrator/report/page/downloads.ts';
import { html } from '../../../orchestrator/report/page/html.ts';
import { renderReport } from '../../../orchestrator/report/render-report.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import {
  FIRST_SATURATED,
  HOST_SATURATED,
  makeActions,
  makeEvents,
  makeInterruptedRun,
  makePlan,
  makeSamples,
  makeSavedRun,
  makeScenario,
  makeSeries,
  makeVerdict,
  writeSavedRun,
} from '../../fixtures/make-saved-run.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

const EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>\'';

/** Headings with their level, in order. */
function outline(report: string): string[] {
  return [...report.matchAll(/<h([1-3])[^>]*>(.*?)<\/h\1>/gs)].map(
    ([, level, text]) => `${level} ${text?.replace(/<[^>]+>/g, '').trim()}`,
  );
}

function textOf(report: string): string {
  return report
    .replace(/<style>.*?<\/style>|<svg.*?<\/svg>|<[^>]+>/gs, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
}

test('a report tells the verdict first, then figures, charts, timeline and provenance', () => {
  expect(outline(renderReport(makeRunReport(makeSavedRun())))).toEqual([
    '1 server-scaling',
    '2 Failed exit code 3',
    '2 Objectives',
    '2 Phases',
    '2 Charts',
    '3 Users',
    '3 Nodes',
    '3 Can the measurement be trusted?',
    '3 More charts',
    '3 Details: users',
    '3 Details: servers',
    '2 Timeline',
    '3 6 nodes',
    '2 Load generators',
    '2 Warnings',
    '2 Provenance',
    '3 Run',
    '3 Versions',
    '3 Host',
    '3 Run it again',
    '2 Scenario',
    '2 Raw numbers',
  ]);
});

test('a report holds why, measured values beside bounds, what ran out first and how to run it again', () => {
  const text = textOf(renderReport(makeRunReport(makeSavedRun())));
  expect(text).toContain('p95 latency of users in one-server was 1.31 s, above its bound of 250 ms.');
  expect(text).toContain('missed p95 latency of users in one-server 1.31 s ≤ 250 ms');
  expect(text).toContain(
    "servers-1's CPU at 12.3 s: 100 % of 0.2 CPU, throttled in 96 % of periods, for 7.7 s",
  );
  expect(text).toContain('a1 scale servers 1 → 2 20 s 20 s 3 ms 481 ms done');
  expect(text).toContain('topolab run server-scaling.yaml --seed 7');
  expect(text).toContain('The host was 92 % busy for 3 s');
  expect(text).toContain('Without samples in this run');
});

test('a node has the same colour in every chart', () => {
  const page = renderReport(makeRunReport(makeSavedRun()));
  const colours = [
    ...page.matchAll(/stroke="([^"]+)" stroke-width="2" stroke-dasharray="[^"]*"\/><\/svg>(servers-\d)[ <]/g),
  ].map(([, colour, node]) => `${node} ${colour}`);
  expect(colours.length).toBeGreaterThan(8);
  expect([...new Set(colours)].toSorted()).toEqual([
    'servers-1 var(--series-0)',
    'servers-2 var(--series-1)',
    'servers-3 var(--series-2)',
    'servers-4 var(--series-3)',
  ]);
});

test('what ran out first is said once beside the tile, with its limit', () => {
  const verdict = makeVerdict({
    reasons: ['First to run out: CPU of servers-1 (group servers): 100 % of its limit.'],
    findings: [{ code: 'saturated', saturation: FIRST_SATURATED }],
  });
  const text = textOf(renderReport(makeRunReport(makeSavedRun({ verdict }))));
  expect(text).not.toContain('100 % of its limit');
  expect(text).toContain("First resource to run out: servers-1's CPU at 12.3 s: 100 % of 0.2 CPU");
});

test('a report says what was watched where nothing ran out, and who shares a host that did', () => {
  const reportOf = (firstSaturated: Saturation | null, more: Partial<SavedRun> = {}) =>
    textOf(renderReport(makeRunReport(makeSavedRun({ verdict: makeVerdict({ firstSaturated }), ...more }))));
  const sharers =
    "Without a CPU limit of their own (they use the host's): the database (store) and the balancer.";
  expect(reportOf(null)).toContain(
    `First resource to run out: nothing of what is monitored and has a limit: CPU of servers; memory of the database (store) and servers; CPU of the load generators; CPU of the host. ${sharers}`,
  );
  expect(reportOf(null)).toContain('First to run out nothing of what is monitored and has a limit');
  expect(reportOf(HOST_SATURATED)).toContain(
    `the host's CPU at 12.3 s: 100 % of 8 CPUs, for 7.7 s. ${sharers}`,
  );
  expect(reportOf(FIRST_SATURATED)).not.toContain('Without a CPU limit');
  expect(reportOf(null, { samples: undefined })).toContain('First resource to run out: not known');
});

test('charts show the bounds of objectives as lines of their own, where they do not press the figure down', () => {
  const chartOf = (report: string, id: string) =>
    new RegExp(`<figure id="chart-${id}">.*?</figure>`, 's').exec(report)?.[0] ?? '';
  const dashes = (chart: string) =>
    chart.match(/<path[^>]*stroke="var\(--text\)"[^>]*stroke-dasharray/g) ?? [];
  const latency = chartOf(renderReport(makeRunReport(makeSavedRun())), 'latency');
  // One line in each of the two drawings and in the legend, for each of the two objectives.
  expect(dashes(latency)).toHaveLength(2 * 3);
  expect(textOf(latency)).toContain('bound of p95 latency of users in one-server: 250 ms');
  expect(latency).toMatch(/aria-label="[^"]*bound of p95 latency of users in four-servers: 250 ms/);

  const samples = makeSamples();
  const lines = samples.panels['latency'] ?? [];
  const far = lines.map((line) =>
    line.labels['objective'] === undefined
      ? line
      : { ...line, points: line.points.map(([at]) => [at, 60] as const) },
  );
  const panels = { ...samples.panels, latency: far };
  const chart = chartOf(
    renderReport(makeRunReport(makeSavedRun({ samples: { ...samples, panels } }))),
    'latency',
  );
  expect(dashes(chart)).toEqual([]);
  expect(textOf(chart)).toContain('bound of p95 latency of users in one-server: 60 s above the chart');
});

test('a panel with nothing but a bound has no samples', () => {
  const samples = makeSamples();
  const latency = samples.panels['latency']?.filter(({ labels }) => labels['objective'] !== undefined) ?? [];
  expect(latency).not.toEqual([]);
  const report = renderReport(
    makeRunReport(makeSavedRun({ samples: { ...samples, panels: { ...samples.panels, latency } } })),
  );
  expect(report).not.toContain('id="chart-latency"');
  expect(textOf(report)).toMatch(/Without samples in this run : .*Latency/);
});

test('a report holds its raw numbers as files to save', () => {
  const run = makeSavedRun();
  const page = renderReport(makeRunReport(run));
  const links = page.matchAll(/download="([^"]+)" href="data:[^,]+;base64,([^"]+)"/g);
  const files = new Map(
    [...links].map(([, name, data]) => [name, Buffer.from(data ?? '', 'base64').toString()]),
  );
  expect([...files.keys()]).toEqual(['report.json', 'phases.csv', 'samples.csv']);
  expect(JSON.parse(files.get('report.json') ?? '')).toEqual(
    JSON.parse(JSON.stringify(reportJson(makeRunReport(run)))),
  );
  const phases = files.get('phases.csv')?.trimEnd().split('\r\n') ?? [];
  expect(phases).toHaveLength(1 + (run.verdict?.phases.length ?? 0));
  const samples = files.get('samples.csv')?.trimEnd().split('\r\n') ?? [];
  expect(samples[0]).toContain('latency p95 (seconds)');
  const widths = new Set(samples.map((line) => line.split(',').length));
  expect(widths.size).toBe(1);
  expect(page).toContain('href="#raw"');
});

test('a file that would make the report too large is told of and left out', () => {
  const text = 'x'.repeat(LARGEST_DOWNLOAD_BYTES + 1);
  const file = { name: 'samples.csv', type: 'text/csv', what: 'all', elsewhere: 'in the folder' } as const;
  const rendered = downloadsSection([{ ...file, text }], html``).text;
  expect(rendered).not.toContain('data:');
  expect(textOf(rendered)).toContain(
    'samples.csv : all (1 MiB, too large for this page; it is in the folder)',
  );
});

test('a report is one small file without scripts or anything from elsewhere', () => {
  const report = renderReport(makeRunReport(makeSavedRun()));
  expect(report.match(/<script|<link|<img|@import|url\((?!#)|href="(?!#|data:)|src=/)).toBeNull();
  expect(report.length).toBeLessThan(1_000_000);
});

test('every chart shows the phases and the actions, in the colours of the page', () => {
  const report = renderReport(makeRunReport(makeSavedRun()));
  const charts = [...report.matchAll(/<svg class="chart wide".*?<\/svg>/gs)].map(([svg]) => svg);
  expect(charts.length).toBeGreaterThan(8);
  for (const chart of charts) {
    expect(chart).toMatch(/>one-server<.*>a1<.*>a2</s);
    expect(chart).toContain('role="img"');
  }
  // Fixed colours would not follow dark mode; clip paths have one that is never seen.
  expect(charts.join('').replaceAll('fill="#000"', '')).not.toMatch(/="#[0-9a-f]{3,6}"/i);
});

test('the same run gives the same report', () => {
  // Compared as one value: a difference would print half a megabyte.
  expect(renderReport(makeRunReport(makeSavedRun())) === renderReport(makeRunReport(makeSavedRun()))).toBe(
    true,
  );
});

test('text of a run is never taken for markup, wherever it stands', () => {
  const action = { ...makeActions()[0], summary: EVIL } as ReturnType<typeof makeActions>[number];
  const report = renderReport(
    makeRunReport(
      makeSavedRun({
        id: EVIL,
        scenario: makeScenario({ name: EVIL, description: EVIL }),
        plan: makePlan({ actions: [action], phases: [{ name: EVIL, startMs: 0, endMs: 60_000 }] }),
        verdict: makeVerdict({ reasons: [EVIL] }),
        events: [...makeEvents(), { type: 'warning', message: EVIL, atMs: 0, offsetMs: null }],
        samples: {
          stepSeconds: 1,
          panels: { latency: [makeSeries(EVIL, () => 1), makeSeries(EVIL.slice(0, 9), () => 2)] },
        },
        k6Summaries: { [EVIL]: {} },
      }),
    ),
  );
  expect(report).not.toMatch(/<script|<img|onerror=alert\(1\)>(?!.*&#)/);
  expect(report.match(/&#60;script&#62;/g)?.length).toBeGreaterThan(6);
});

test('an interrupted run says what is missing instead of hiding it', () => {
  const text = textOf(renderReport(makeRunReport(makeInterruptedRun())));
  expect(text).toContain('Interrupted');
  expect(text).toContain('24 s of 60 s of load');
  expect(text).toContain('No verdict was recorded');
  expect(text).toContain('None: the run saved no metric samples.');
  expect(text).toContain('No generator left a summary');
  expect(text).toContain('a2 scale servers 2 → 4 40 s – – – not reached');
});

test('a run without any event still gives a report that calls it broken', () => {
  const run = makeSavedRun({ events: [], samples: undefined, verdict: undefined, k6Summaries: {} });
  const text = textOf(renderReport(makeRunReport(run)));
  expect(text).toContain('Broken');
  expect(text).toContain('The load never started');
});

test('a failed action and a node that exited by itself stand in the timeline and on the charts', () => {
  const events = makeEvents().map((event) =>
    event.type === 'action-finished' && event.action.id === 'a2'
      ? { ...event, error: 'servers-4 never got ready' }
      : event,
  );
  const died = {
    type: 'node-exited',
    node: 'servers-2',
    group: 'servers',
    exitCode: 137,
    expected: false,
  } as const;
  const report = renderReport(
    makeRunReport(makeSavedRun({ events: [...events, { ...died, atMs: 0, offsetMs: 50_000 }] })),
  );
  expect(textOf(report)).toContain('failed servers-4 never got ready');
  expect(textOf(report)).toContain('e1 50 s servers-2 exited unexpectedly with code 137');
  expect(report).toMatch(/<svg class="chart wide".*?>e1<.*?<\/svg>/s);
});

test('a chart of forty nodes draws three lines and says so', () => {
  const report = renderReport(makeRunReport(makeSavedRun({ samples: makeSamples() })));
  expect(textOf(report)).toContain('servers, highest of 40');
  expect(textOf(report)).toContain('40 series, put together by group');
});

test('a run folder alone is enough', async () => {
  const root = await mkdtemp(join(tmpdir(), 'topolab-report-'));
  try {
    const run = await readRun(await writeSavedRun(root, makeSavedRun()));
    expect(renderReport(makeRunReport(run)) === renderReport(makeRunReport(makeSavedRun()))).toBe(true);
  } finally {
    await rm(root, { recursive: true });
  }
});
