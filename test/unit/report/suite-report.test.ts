import { describe, expect, test } from 'vitest';
import { renderSuite } from '../../../orchestrator/report/suite/render-suite.ts';
import { suiteCsv } from '../../../orchestrator/report/suite/suite-csv.ts';
import { suiteJson } from '../../../orchestrator/report/suite/suite-json.ts';
import { renderSuiteMarkdown } from '../../../orchestrator/report/suite/suite-markdown.ts';
import { renderSuiteSummary } from '../../../orchestrator/report/suite/suite-summary.ts';
import { makeChart, type ReadTrial } from '../../../orchestrator/suite/chart.ts';
import type { SavedSuite } from '../../../orchestrator/suite/read-suite.ts';
import type { Suite } from '../../../orchestrator/suite/suite.ts';
import { makeSuite, makeSuiteRun, scenarioOf, TIME, trialsOf } from '../suite/make-suite.ts';
import { textOf } from './text-of.ts';

const slow = [8000, 8100, 8050, 8200, 8020];
const fast = [2100, 2300, 2200, 2250, 2150];
const recovered = {
  ...TIME,
  name: 'recovered after',
  terms: [{ path: 'recovered', factor: 1 }],
  missing: 'never',
};
const rows: Suite['rows'] = [
  { name: 'control', description: '', figures: [], notMeasured: 'Nobody has rights.' },
  { name: 'performance', description: 'How fast?', figures: [TIME], notMeasured: null },
  { name: 'reliability', description: '', figures: [recovered], notMeasured: null },
];

function saved(trials: readonly ReadTrial[], suite: Suite = makeSuite({ rows })): SavedSuite {
  const run = makeSuiteRun(suite);
  return { folder: 'charts/x', run, trials, chart: makeChart(run, trials) };
}

const whole = saved([...trialsOf('client-server', slow), ...trialsOf('peer-to-peer', fast)]);
const FINDING =
  'performance: peer-to-peer is ahead in time with 2.2 s, against 8.05 s with client-server (a factor of 3.66, beyond chance, p = 0.0079).';

describe('the report of a suite', () => {
  test('says in a sentence who is ahead, by how much and beyond chance, in every form', () => {
    expect(textOf(renderSuite(whole))).toContain(FINDING);
    expect(renderSuiteMarkdown(whole)).toContain(FINDING);
    expect(renderSuiteSummary(whole, { colour: false, width: 400 })).toContain(FINDING);
    expect(JSON.stringify(suiteJson(whole))).toContain(FINDING);
  });

  test('names all who share the lead, and says nothing of them being before each other', () => {
    const three = ['client-server', 'hybrid', 'peer-to-peer'];
    const work = scenarioOf('work');
    const [first] = work.columns;
    if (first === undefined) throw new Error('no column');
    const suite = makeSuite({
      columns: { parameter: 'topology', values: three },
      scenarios: [{ ...work, columns: three.map((column) => ({ ...first, column })) }],
    });
    const trials = three.flatMap((column) => trialsOf(column, column === 'hybrid' ? slow : [0, 0, 0, 0, 0]));
    const text = textOf(renderSuite(saved(trials, suite)));
    expect(text).toContain(
      'performance: client-server and peer-to-peer are ahead in time with 0 ms, against 8.05 s with hybrid (beyond chance, p = 0.016).',
    );
  });

  test('has median, spread and a link to each run in a cell', () => {
    const page = renderSuite(whole);
    expect(textOf(page)).toContain('8.05 s 8 s to 8.2 s runs 1 2 3 4 5');
    for (const { folder } of whole.trials) expect(page).toContain(`href="${folder}/report.html"`);
    expect(renderSuite(whole) === page).toBe(true);
    expect(page.match(/<script|<link|<img|@import|src=/)).toBeNull();
  });

  test('says why something is not measured, and has a word where its absence says something', () => {
    const text = textOf(renderSuite(whole));
    expect(text).toContain('control: not measured. Nobody has rights.');
    expect(text).toContain('reliability: fewer than two columns are measured');
    expect(text).toContain('recovered after never');
  });

  test('says which trials count although they did not serve their users as they should', () => {
    const failed = trialsOf('peer-to-peer', fast).map((trial) => ({
      ...trial,
      exitCode: trial.trial < 3 ? 3 : 0,
    }));
    const remark =
      '2 trials missed an objective, or left most of the load unserved; their figures are in the chart nevertheless: work of peer-to-peer 2.';
    expect(textOf(renderSuite(saved([...trialsOf('client-server', slow), ...failed])))).toContain(remark);
    expect(textOf(renderSuite(whole))).not.toContain('unserved');
  });

  test('says what is missing, what was not valid, and that few trials show nothing', () => {
    const invalid = trialsOf('peer-to-peer', [2100], { invalid: ['The host was full.'], exitCode: 4 });
    const text = textOf(renderSuite(saved([...trialsOf('client-server', [8000]), ...invalid])));
    expect(text).toContain('It was interrupted: 9 trials to come (topolab suite --resume).');
    expect(text).toContain(
      '1 trial ended without a valid measurement: run once more, or left out. Most often: The host was full.',
    );
    expect(text).toContain('not measured The host was full.');
    const single = saved([...trialsOf('client-server', [8000]), ...trialsOf('peer-to-peer', [2100])]);
    expect(textOf(renderSuite(single))).toContain('(--trials 4)');
  });

  test('says once that single trials are too few, and not of each rival', () => {
    const single = saved([...trialsOf('client-server', [8000]), ...trialsOf('peer-to-peer', [2100])]);
    const text = textOf(renderSuite(single));
    expect(text).toContain(
      'performance: peer-to-peer has the best time, 2.1 s, against 8 s with client-server (a factor of 3.81).',
    );
    expect(text).toContain('peer-to-peer, a factor of 3.81 before client-server, too few runs');
    expect(text.split('Too few trials to tell')).toHaveLength(2);
  });

  test('has the whole name of a row before what was found, whatever is in it', () => {
    const [, performance] = rows;
    if (performance === undefined) throw new Error('the suite has no such row');
    const suite = makeSuite({ rows: [{ ...performance, name: 'cost: of a day' }] });
    const text = textOf(renderSuite(saved(whole.trials as ReadTrial[], suite)));
    expect(text).toContain('cost: of a day: peer-to-peer is ahead in time with 2.2 s');
  });

  test('has a line for each trial in CSV, and one without a value for what is not measured', () => {
    const lines = suiteCsv(whole).trim().split('\r\n');
    expect(lines[1]).toBe('performance,time,milliseconds,lower,client-server,1,8000,client-server-1,,');
    expect(lines).toHaveLength(1 + 10 + 10);
    expect(lines.at(-1)).toBe(
      'reliability,recovered after,milliseconds,lower,peer-to-peer,5,,peer-to-peer-5,never,',
    );
  });

  test('marks what is no less than it seems, and what few trials stand for, in every form', () => {
    const p95 = { ...TIME, name: 'p95 latency', terms: [{ path: 'whole.p95Ms', factor: 1 }] };
    const suite = makeSuite({
      rows: [{ name: 'speed', description: '', figures: [p95], notMeasured: null }],
    });
    const waits = trialsOf('client-server', slow).map((trial) => ({
      ...trial,
      result: { whole: { p95Ms: trial.trial * 1000, atLeast: trial.trial > 2 ? ['p95'] : [] } },
      ...(trial.trial === 5 && { invalid: ['The host was full.'] }),
    }));
    const answered = trialsOf('peer-to-peer', fast).map((trial) => ({
      ...trial,
      result: { whole: { p95Ms: 700 } },
      ...(trial.trial > 2 && { invalid: ['The host was full.'] }),
    }));
    const again = [...waits.slice(4), ...answered.slice(2)];
    const marked = saved([...waits, ...answered, ...again], suite);
    const cell = '1 s to ≥ 4 s; 1 of 5 trials not measured';
    const few =
      'Measured in fewer than half of the trials, which is too few: speed, p95 latency of peer-to-peer (2 of 5).';
    for (const text of [textOf(renderSuite(marked)), renderSuiteMarkdown(marked)]) {
      expect(text).toContain('≥ 2.5 s');
      expect(text).toContain(cell);
      expect(text).toContain(few);
    }
    const summary = renderSuiteSummary(marked, { colour: false, width: 400 });
    expect(summary).toContain('≥ 2.5 s');
    expect(summary).toContain(few);
    expect(suiteCsv(marked)).toContain(',client-server,4,4000,client-server-4,,true\r\n');
    expect(suiteCsv(marked)).toContain(',client-server,5,,client-server-5,The host was full.,\r\n');
    expect(JSON.stringify(suiteJson(marked))).toContain('"atLeast":["median","most"]');
  });

  test('lets no text of a suite out of its place', () => {
    const hostile = '<script>alert(1)</script>|`*';
    const suite = makeSuite({ rows, description: hostile, assumptions: [hostile] });
    const bad = saved(whole.trials as ReadTrial[], suite);
    expect(renderSuite(bad)).not.toContain('<script>');
    expect(renderSuiteMarkdown(bad)).not.toContain('<script>');
  });
});
