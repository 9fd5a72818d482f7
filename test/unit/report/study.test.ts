import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { displayWidth } from '../../../orchestrator/format/display-width.ts';
import { renderStudySummary } from '../../../orchestrator/report/render-study-summary.ts';
import { renderStudyReport } from '../../../orchestrator/report/render-study.ts';
import { concludeStudy } from '../../../orchestrator/report/study/conclude-study.ts';
import {
  capacityChart,
  countBeyondEdge,
  latencyChart,
} from '../../../orchestrator/report/study/study-charts.ts';
import { probesCsv, sizesCsv } from '../../../orchestrator/report/study/study-csv.ts';
import { checkSentences, money } from '../../../orchestrator/report/study/study-words.ts';
import { writeStudyReport } from '../../../orchestrator/report/write-study-report.ts';
import type { Bottleneck } from '../../../orchestrator/study/answer-study.ts';
import { readStudy } from '../../../orchestrator/study/read-study.ts';
import { StudyFolder } from '../../../orchestrator/study/study-folder.ts';
import { makeStudy, makeTroubledStudies, studyNamed } from '../../fixtures/make-study.ts';

const study = makeStudy();
const page = renderStudyReport(study);
const troubled = makeTroubledStudies();

/** What a reader sees, without the stylesheet. */
function textOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the report of a study', () => {
  test('answers on its first screen: nodes, interval, N+1, cost, confidence, bottleneck, what to do', () => {
    const first = textOf(page.slice(0, page.indexOf('id="sizings"')));
    expect(first).toContain('4 servers for 300/s');
    expect(first).toContain('p95 latency &#60; 300 ms and error share ≤ 1 %');
    expect(first).toMatch(/95 % interval \d to \d/);
    expect(first).toMatch(/With one to spare \(N\+1\) 5 servers held from 5 s after one of 5 was killed/);
    expect(first).toMatch(/0\.48 EUR 0\.44 EUR per million operations/);
    expect(first).toContain('Confidence: good.');
    expect(first).toMatch(/First bottleneck CPU of servers at 4 × servers/);
    expect(first).toContain('Buy 5 servers');
  });

  test('needs neither network nor script, and is the same each time', () => {
    expect(page).not.toMatch(/<script|<link|<img|https?:\/\/(?!www\.w3\.org)/);
    expect(page).toContain("default-src 'none'");
    expect(renderStudyReport(makeStudy())).toBe(page);
  });

  test('has no id twice', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('says every assumption, warning, trial, version and how to run it again', () => {
    const text = textOf(page);
    for (const assumption of study.answer.answer?.assumptions ?? [])
      expect(text).toContain(textOf(assumption.replaceAll('<', '&#60;')));
    for (const { result } of study.answer.sizes)
      for (const { trial } of result.trials) expect(text).toContain(` ${trial} `);
    expect(text).toContain('v24.11.0');
    expect(text).toContain('topolab capacity scenarios/server-scaling.yaml --seed 7');
    expect(text).toContain(`topolab capacity --resume studies/${study.description.study}`);
  });

  test('says which hosts there were and what came to each, where there were several', () => {
    expect(page).not.toContain('All hosts');
    const hosts = [
      { name: 'box1', zone: null, cpus: 4, memoryBytes: 2 ** 33, use: 'generators' },
      { name: 'box2', zone: 'east', cpus: 8, memoryBytes: 2 ** 34, use: 'nodes' },
    ] as const;
    const swarm = { placement: 'zone', generators: null };
    const text = textOf(renderStudyReport({ ...study, description: { ...study.description, hosts, swarm } }));
    expect(text).toContain('box1 4 CPUs, 8 GiB, generators');
    expect(text).toContain('box2 8 CPUs, 16 GiB, zone east, nodes');
    expect(text).toContain('--seed 7 --engine swarm --placement zone');
  });

  test('says on its first screen which checks failed in probes that held, and that nodes ended', () => {
    const checks = [{ check: 'says hello', passes: 60, fails: 40 }];
    let first = true;
    const probes = study.probes.map((probe): (typeof study.probes)[number] => {
      if (probe.outcome === 'held') return { ...probe, findings: [{ code: 'checks-failing', checks }] };
      if (probe.outcome !== 'missed' || !first) return probe;
      first = false;
      return { ...probe, note: 'Node servers-2 is gone.', findings: [{ code: 'nodes-exited', nodes: [] }] };
    });
    const { confidence, reasons } = concludeStudy({ ...study, probes });
    expect(confidence).toBe('fair');
    const held = probes.filter(({ outcome }) => outcome === 'held').length;
    expect(reasons[0]).toMatch(
      `In probes that held, the script's own checks failed: “says hello” ${(40 * held).toLocaleString('en-US')} of`,
    );
    expect(reasons[1]).toBe(
      `In 1 of ${probes.length} probes a node ended by itself, for example: Node servers-2 is gone.`,
    );
  });

  test('says on its first screen which errors the script accepted in probes that held', () => {
    const accepted = { code: 'errors-accepted', load: 'users', answers: 200 } as const;
    let held = 0;
    const probes = study.probes.map((probe): (typeof study.probes)[number] =>
      probe.outcome !== 'held'
        ? probe
        : {
            ...probe,
            findings: [{ ...accepted, statuses: held++ === 0 ? { 404: 150 } : { 404: 40, 500: 10 } }],
          },
    );
    const { confidence, reasons } = concludeStudy({ ...study, probes });
    expect(confidence).toBe('fair');
    expect(held).toBeGreaterThan(1);
    const [of404, of500] = [150 + 40 * (held - 1), 10 * (held - 1)];
    const share = Number((((of404 + of500) / (200 * held)) * 100).toPrecision(4));
    expect(reasons[0]).toBe(
      `In probes that held, ${share} % of the answers to load users had an error status (404: ${of404.toLocaleString('en-US')}, 500: ${of500}). ` +
        'Its script expects it, so they count as served.',
    );
  });

  test('names the probes that were not believed, and why', () => {
    expect(study.probes.some(({ outcome }) => outcome === 'invalid')).toBe(true);
    expect(textOf(page)).toMatch(/\d+ of \d+ probes were invalid/);
    expect(textOf(page)).toContain('others than this study filled the host');
  });

  test('gives no interval of an answer from a single trial, and says that it is one', () => {
    const once = makeStudy({ question: { sizes: [2, 4], minTrials: 1, maxTrials: 1 }, failureCheck: null });
    const { explanation, reasons } = concludeStudy(once);
    expect(explanation).toMatch(/4 servers \(from a single trial\)/);
    expect(reasons.join(' ')).toContain('A single trial has no interval');
    const text = renderStudySummary(once, { colour: false, width: 500 });
    expect(text).not.toMatch(/lower end of its interval|95 % interval/);
  });

  test('says what was watched where nothing ran out, and who shares the host where that did', () => {
    const watched =
      "“Nothing” speaks of what is monitored and has a limit: CPU of servers; memory of the database (store) and servers; CPU of the load generators; CPU of the host. Without a CPU limit of their own (they use the host's): the database (store) and the balancer.";
    expect(textOf(page)).toContain(watched.replaceAll("'", '&#39;'));
    const ranOut = (bottleneck: Bottleneck | null) => {
      const sizes = study.answer.sizes.map((size) => ({ ...size, bottleneck }));
      return { ...study, answer: { ...study.answer, sizes } };
    };
    const nothing = ranOut(null);
    expect(textOf(renderStudyReport(nothing))).toContain(
      'First bottleneck nothing of what is monitored and has a limit',
    );
    expect(renderStudySummary(nothing, { colour: false, width: 500 })).toContain(watched);
    expect(concludeStudy(nothing).next.join(' ')).toMatch(
      /Look for what has a fixed number.*at 1 × servers, /,
    );
    expect(concludeStudy(study).next.join(' ')).not.toContain('Look for');
    const all = ranOut({ resource: 'cpu', group: 'servers', role: 'server', probes: 6, of: 6 });
    expect(renderStudySummary(all, { colour: false, width: 500 })).not.toContain('“Nothing”');
    const host = ranOut({ resource: 'host-cpu', group: 'host', probes: 6, of: 6 });
    expect(renderStudySummary(host, { colour: false, width: 500 })).toMatch(
      /larger host: CPU of the host ran out first, not the system\. Without a CPU limit of their own.*: the database \(store\) and the balancer\./,
    );
    const stolen = ranOut({ resource: 'host-steal', group: 'host', probes: 6, of: 6 });
    expect(renderStudySummary(stolen, { colour: false, width: 500 })).toContain(
      'on a larger host: CPU of the host (steal)',
    );
  });

  test('carries its numbers as CSV and JSON', () => {
    const files = [...page.matchAll(/download="([^"]+)" href="data:[^,]+;base64,([^"]+)"/g)];
    const contents = new Map(
      files.map(([, name, data]) => [name, Buffer.from(data ?? '', 'base64').toString()]),
    );
    expect(contents.get('probes.csv')).toBe(probesCsv(study.probes));
    expect(contents.get('sizes.csv')).toBe(sizesCsv(study.answer.sizes));
    expect(JSON.parse(contents.get('answer.json') ?? '')).toEqual(JSON.parse(JSON.stringify(study.answer)));
  });

  test("lets nothing in a scenario's words become part of the page", () => {
    const evil = '<img src=x onerror=alert(1)>';
    const html = renderStudyReport(makeStudy({ scenario: { name: evil, description: evil } }));
    expect(html).not.toContain('<img');
  });

  test.each([
    ['too few trials', /Confidence: fair\. Not enough trials at .*Allow about \d+ trials/],
    ['below its range', /Not even the lowest rate.*Lower rate\.from/],
    [
      'above its range',
      /No size of servers reaches 300\/s.*still sustained with every objective met.*Raise rate\.to above 120\/s/,
    ],
    [
      'above its range, target within it',
      /Not known yet: which size of servers carries 65\/s.*held .* in a probe/,
    ],
    ['target out of reach', /No size of servers reaches 5,000\/s.*will not reach the target/],
    [
      'target beyond the measured sizes',
      /Confidence: low\..*were not measured: the number comes from the curve.*Measure 6 nodes before buying them/,
    ],
    [
      'N+1 missed',
      /Confidence: low\. One of 5 nodes was killed at 300\/s: from 5 s after it the objectives were missed\. “p95 latency” was missed.* 812 ms.*In those 5 s 3\.2 % of the requests failed.*missed from 5 s after one of 5 was killed.*Plan with more than 5 nodes.*N\+1 checked: missed/,
    ],
    [
      'N+1 not valid',
      /Confidence: fair\. The N\+1 check \(5 nodes at 300\/s, one of them killed\) was not valid: it proves nothing and should be repeated\. The host was full.*the check was not valid: repeat it.*Repeat the N\+1 check: topolab capacity --resume studies\/20260302-093000-server-scaling .*N\+1 checked: not valid/,
    ],
    [
      'slow to start',
      /Scale up early: another node is ready only 8\.2 s after its launch, and how long it takes to carry its share of the load was not measured\..*Another node is ready 8\.2 s after its launch \(median.*without load.*carry its share of the load was not measured\./,
    ],
    [
      'not checked',
      /Confidence: fair\. N\+1 is only calculated.*check it by killing one.*N\+1 was not checked/,
    ],
    [
      'short of time',
      /Confidence: fair\. There was no time for more \(--within\): 6 trials or more and the N\+1 check are missing\. Not enough trials at 4 × servers: 3 give .*Go on with it: topolab capacity --resume studies\/20260302-093000-server-scaling /,
    ],
    [
      'short of time, the only size that might reach it not measured',
      /Not known yet: which size of servers carries 300\/s 4 × servers: No trial was finished in the time that was given\. No rate held\. Measured under .*Confidence: fair\. There was no time for more/,
    ],
    ['no prices', /Cost – the scenario has no prices.*has no prices, so there are no costs/],
    ['no target', /Sustainable load of 4 sizes of servers/],
    ['sizes of CPU', /servers of 0\.5 CPU.*so no curve is fitted/],
  ])('of one that is %s says so', (name, words) => {
    expect(textOf(renderStudyReport(studyNamed(name, troubled)))).toMatch(words);
  });

  test('of one that was not resolved to any probe still renders', () => {
    const empty = { ...study, probes: [], answer: { ...study.answer, sizes: [], usl: null, answer: null } };
    expect(textOf(renderStudyReport(empty))).toContain('No probe was finished.');
  });
});

describe('charts of a study', () => {
  test('every probe with a latency is a point, those far beyond the capacity at the edge', () => {
    for (const size of study.answer.sizes) {
      const probes = study.probes.filter((probe) => probe.size === size.size);
      const { points, x } = latencyChart(study, size);
      expect(points.flatMap((each) => each.points)).toHaveLength(probes.length);
      for (const [rate] of points.flatMap((each) => each.points)) expect(rate).toBeLessThanOrEqual(x.max);
      expect(countBeyondEdge(study, size)).toBe(probes.filter(({ rate }) => rate > x.max).length);
    }
  });

  test('outcomes differ in shape, not in colour alone', () => {
    const [size] = study.answer.sizes;
    if (size === undefined) throw new Error('no size');
    expect(new Set(latencyChart(study, size).points.map(({ symbol }) => symbol)).size).toBe(3);
  });

  test('all sizes share one scale of latency', () => {
    const scales = study.answer.sizes
      .map((size) => latencyChart(study, size).y)
      .map(({ min, max }) => `${min} ${max}`);
    expect(new Set(scales).size).toBe(1);
  });

  test('the curve is solid within the measured sizes and dashed beyond', () => {
    const [within, beyond] = capacityChart(study).lines;
    expect(within?.dash).toBeUndefined();
    expect(within?.points.at(-1)?.[0]).toBe(8);
    expect(beyond?.dash).toBeDefined();
    expect(beyond?.points[0]?.[0]).toBe(8);
  });

  test('colours are the page’s, in dark and in print', () => {
    expect(page).not.toMatch(/#fa00[ab]\d/i);
    const charts = [...page.matchAll(/<svg class="chart.*?<\/svg>/gs)].map(([svg]) => svg);
    expect(charts).toHaveLength(2 * (1 + study.answer.sizes.length));
    // A clip path is drawn in no colour, whatever it says.
    for (const svg of charts)
      expect(svg.replaceAll(/<clipPath.*?<\/clipPath>/gs, '')).not.toMatch(/(fill|stroke)="(#|rgb)/);
  });
});

describe('confidence', () => {
  test.each([
    ['good', study],
    ['fair', makeStudy({ failureCheck: null })],
    ['fair', makeStudy({ failureCheck: { outcome: 'invalid' } })],
    ['low', makeStudy({ failureCheck: { outcome: 'missed' } })],
  ] as const)('is %s', (confidence, of) => {
    expect(concludeStudy(of).confidence).toBe(confidence);
  });
});

describe('the terminal', () => {
  const all = { good: study, ...troubled };

  test.each(Object.entries(all))('shows %s within 60 and 100 columns', (_, each) => {
    for (const width of [60, 100]) {
      const lines = renderStudySummary(each, { colour: true, width }).split('\n');
      for (const line of lines.slice(0, -1))
        expect(displayWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(width);
      expect(lines.at(-1)).toBe('report: studies/20260302-093000-server-scaling/report.html');
    }
  });

  test('shows the answer, every size, the choices and the check', () => {
    const text = renderStudySummary(study, { colour: false, width: 110 });
    expect(text).toContain('✓ 4 servers for 300/s');
    for (const { name } of study.answer.sizes) expect(text).toContain(name);
    expect(text).toMatch(/N\+1 +5 .* 0\.48 EUR/);
    expect(text.replaceAll(/\n +/g, ' ')).toContain(
      'N+1 checked: held. One of 5 nodes was killed at 300/s: from 5 s after it the objectives held. In those 5 s 3.2 % of the requests failed, and their p95 latency was 84 ms.',
    );
  });

  test('says of a check whose first seconds were not measured that they were not', () => {
    const takeover = { lastsMs: 5000, failedShare: null, p95Ms: null };
    const text = renderStudySummary(makeStudy({ failureCheck: { takeover } }), { colour: false, width: 300 });
    expect(text).toContain('the objectives held. What happened in those 5 s was not measured.');
  });

  test('never says of a check that was not valid that objectives held or were missed', () => {
    const invalid = studyNamed('N+1 not valid', troubled);
    const text = renderStudySummary(invalid, { colour: false, width: 110 }).replaceAll(/\n +/g, ' ');
    expect(text).toContain('N+1 checked: not valid. The N+1 check');
    expect(text).not.toMatch(/objectives (held|were missed)|failed/);
  });
});

describe('CSV', () => {
  test('has a row for each probe and each size, under names with units', () => {
    const lines = probesCsv(study.probes).trimEnd().split('\r\n');
    expect(lines).toHaveLength(study.probes.length + 1);
    expect(lines[0]).toContain('rate_per_second,outcome,load_ms');
    expect(sizesCsv(study.answer.sizes).trimEnd().split('\r\n')).toHaveLength(5);
  });

  test('quotes what would break a row, defuses formulas, and leaves empty what is unknown', () => {
    const [probe] = study.probes;
    if (probe === undefined) throw new Error('no probe');
    const [, row] = probesCsv([{ ...probe, note: '=1+1, "x"', figures: null, saturated: null }]).split(
      '\r\n',
    );
    expect(row).toMatch(/,"'=1\+1, ""x"""$/);
    expect(row).toContain(',,,,');
  });
});

test.each([
  [0, '0.00 EUR'],
  [0.48, '0.48 EUR'],
  [0.4, '0.40 EUR'],
  [0.00512, '0.0051 EUR'],
  [1234.5, '1,234.50 EUR'],
])('money: %d', (amount, text) => {
  expect(money(amount, 'EUR')).toBe(text);
});

test('an answer that another version wrote is not read as one of this', async () => {
  const root = await mkdtemp(join(tmpdir(), 'topolab-study-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = await StudyFolder.create(root, study.description);
  await folder.write('answer.json', { ...study.answer, schemaVersion: 1, failureCheck: { held: false } });
  await expect(readStudy(folder.path)).rejects.toMatchObject({ code: 'study-outdated', exitCode: 2 });
});

test('a folder gets the page and both CSV files; without an answer it says what to do', async () => {
  const root = await mkdtemp(join(tmpdir(), 'topolab-study-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = await StudyFolder.create(root, study.description);
  for (const probe of study.probes) folder.addProbe(probe);
  await expect(writeStudyReport(folder.path)).rejects.toMatchObject({ code: 'study-unfinished' });
  await writeFile(join(folder.path, 'answer.json'), JSON.stringify(study.answer));
  await writeStudyReport(folder.path);
  expect(await readFile(join(folder.path, 'report.html'), 'utf8')).toBe(
    renderStudyReport(await readStudy(folder.path)),
  );
  expect(await readFile(join(folder.path, 'probes.csv'), 'utf8')).toBe(probesCsv(study.probes));
  expect(await readFile(join(folder.path, 'sizes.csv'), 'utf8')).toBe(sizesCsv(study.answer.sizes));
});

test('a takeover that used up the virtual users says what was not begun', () => {
  const takeover = {
    lastsMs: 5000,
    failedShare: 0.4,
    p95Ms: 2000,
    notStartedShare: 0.12,
    virtualUsers: 5000,
  };
  const { failureCheck } = makeStudy({ failureCheck: { outcome: 'missed', takeover } }).answer;
  if (failureCheck === null) throw new Error('no check');
  expect(checkSentences(failureCheck).join(' ')).toContain(
    '12 % of what was due in them did not start, because all 5,000 virtual users were waiting.',
  );
  const none = { ...failureCheck, takeover: { ...takeover, notStartedShare: 0 } };
  expect(checkSentences(none).join(' ')).not.toContain('not even begun');
});
