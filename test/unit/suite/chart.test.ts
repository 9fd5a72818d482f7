import { describe, expect, test } from 'vitest';
import { makeChart, type ReadTrial } from '../../../orchestrator/suite/chart.ts';
import { suiteExitCode } from '../../../orchestrator/suite/suite-exit-code.ts';
import { makeSuite, makeSuiteRun, scenarioOf, TIME, trialsOf } from './make-suite.ts';

const slow = trialsOf('client-server', [8000, 8100, 8050, 8200, 8020]);
const fast = trialsOf('peer-to-peer', [2100, 2300, 2200, 2250, 2150]);
const p95 = { path: 'whole.p95Ms', factor: 1 };
const onlyFigure = (trials: readonly ReadTrial[], run = makeSuiteRun()) => {
  const figure = makeChart(run, trials).rows[0]?.figures[0];
  if (figure === undefined) throw new Error('the chart has no figure');
  return figure;
};

describe('a cell', () => {
  test('has the median, the smallest, the largest and the runs of its trials', () => {
    const [cell] = onlyFigure([...slow, ...fast]).cells;
    expect(cell).toMatchObject({ kind: 'measured', median: 8050, least: 8000, most: 8200, without: 0 });
    expect(cell?.kind === 'measured' && cell.trials[1]).toEqual({
      trial: 2,
      value: 8100,
      folder: 'client-server-2',
    });
  });

  test('without a valid trial is not measured, for the reason of the last one', () => {
    const invalid = trialsOf('client-server', [8000], { invalid: ['The host was full.'] });
    const [cell] = onlyFigure([...invalid, ...fast]).cells;
    expect(cell).toEqual({
      kind: 'not-measured',
      reason: 'The host was full.',
      folders: ['client-server-1'],
      isMeant: false,
    });
  });

  test('marks what is only known to be no less, and ranks no column by it', () => {
    const waited = trialsOf('client-server', [1, 2, 3, 4, 5]).map((trial) => ({
      ...trial,
      // Of every second trial more were never answered than the percentile leaves out.
      result: { whole: { p95Ms: trial.trial * 1000, atLeast: trial.trial % 2 === 1 ? ['p95'] : [] } },
    }));
    const answered = waited.map((trial) => ({
      ...trial,
      column: 'peer-to-peer',
      result: { whole: { p95Ms: 7000 } },
    }));
    const rows = [
      { name: 'speed', description: '', figures: [{ ...TIME, terms: [p95] }], notMeasured: null },
    ];
    const figure = onlyFigure([...waited, ...answered], makeSuiteRun(makeSuite({ rows })));
    expect(figure).toMatchObject({
      ranking: null,
      cells: [
        { median: 3000, atLeast: ['median', 'least', 'most'] },
        { median: 7000, atLeast: [] },
      ],
    });
    const [cell] = figure.cells;
    expect(cell?.kind === 'measured' && cell.trials.map(({ atLeast }) => atLeast)).toEqual([
      true,
      undefined,
      true,
      undefined,
      true,
    ]);
  });

  test.each([
    [[1, 2, 3], [2], ['most']],
    [[1, 2, 3], [1], ['median', 'most']],
    [[1, 2, 3, 4], [3], ['most']],
    [[1, 2, 3, 4], [2], ['median', 'most']],
    [[2, 2, 9], [0], ['median', 'most']],
  ])('of %j, of which %j are no less, has %j that are no less', (values, unanswered, atLeast) => {
    const trials = values.map((p95Ms, nth) => ({
      ...(trialsOf('client-server', [1])[0] as ReadTrial),
      trial: nth + 1,
      result: { whole: { p95Ms, ...(unanswered.includes(nth) && { atLeast: ['p95'] }) } },
    }));
    const rows = [
      { name: 'speed', description: '', figures: [{ ...TIME, terms: [p95] }], notMeasured: null },
    ];
    expect(onlyFigure(trials, makeSuiteRun(makeSuite({ rows }))).cells[0]).toMatchObject({ atLeast });
  });

  test('whose divisor is only known to be no less is not measured: it may be less', () => {
    const figure = {
      ...TIME,
      terms: [{ path: 'a', factor: 1 }],
      dividedBy: { scenario: 'work', path: 'whole.p95Ms' },
    };
    const rows = [{ name: 'speed', description: '', figures: [figure], notMeasured: null }];
    const trials = trialsOf('client-server', [1]).map((trial) => ({
      ...trial,
      result: { a: 3, whole: { p95Ms: 2, atLeast: ['p95'] } },
    }));
    expect(onlyFigure(trials, makeSuiteRun(makeSuite({ rows }))).cells[0]?.kind).toBe('not-measured');
  });

  test('counts what trials did not measure, and does not take it for zero', () => {
    const [cell] = onlyFigure([...trialsOf('client-server', [8000, null, 8100]), ...fast]).cells;
    expect(cell).toMatchObject({ median: 8050, least: 8000, without: 1 });
    const [none] = onlyFigure([...trialsOf('client-server', [null, null]), ...fast]).cells;
    expect(none).toMatchObject({
      kind: 'not-measured',
      reason: 'None of its 2 trials has a figure distribution.distributionMs.',
    });
  });

  test('without the figure has the word that the suite has for that, and counts as measured', () => {
    const figure = { ...TIME, missing: 'never' };
    const rows = [{ name: 'reliability', description: '', figures: [figure], notMeasured: null }];
    const trials = [...trialsOf('client-server', Array(5).fill(null)), ...fast];
    const chart = makeChart(makeSuiteRun(makeSuite({ rows })), trials);
    expect(chart.rows[0]?.figures[0]?.cells[0]).toMatchObject({ kind: 'missing', word: 'never', trials: 5 });
    expect(suiteExitCode(chart)).toBe(0);
  });

  test('whose trials have nothing at the place of the figure has not that word, and is not measured', () => {
    const rows = [
      { name: 'reliability', description: '', figures: [{ ...TIME, missing: 'never' }], notMeasured: null },
    ];
    const elsewhere = trialsOf('client-server', [1, 2, 3, 4, 5], { result: { distribution: {} } });
    const chart = makeChart(makeSuiteRun(makeSuite({ rows })), [...elsewhere, ...fast]);
    expect(chart.rows[0]?.figures[0]?.cells[0]).toMatchObject({
      kind: 'not-measured',
      reason: 'None of its 5 trials has a figure distribution.distributionMs.',
    });
    expect(suiteExitCode(chart)).toBe(4);
  });

  test('that the suite leaves out says why, and is no reason for another exit code', () => {
    const work = scenarioOf('work');
    const columns = work.columns.map((column) =>
      column.column === 'peer-to-peer' ? { ...column, notMeasured: 'It has no servers.' } : column,
    );
    const run = makeSuiteRun(makeSuite({ scenarios: [{ ...work, columns }] }));
    const chart = makeChart(run, slow);
    expect(chart.rows[0]?.figures[0]?.cells[1]).toMatchObject({
      reason: 'It has no servers.',
      isMeant: true,
    });
    expect(suiteExitCode(chart)).toBe(0);
  });

  test('is a weighted sum, divided by the figure of the trial of the same number in another scenario', () => {
    const figure = {
      ...TIME,
      terms: [
        { path: 'a', factor: 2 },
        { path: 'b', factor: 10 },
      ],
      dividedBy: { scenario: 'other', path: 'c' },
    };
    const suite = makeSuite({
      scenarios: [scenarioOf('work', 2), scenarioOf('other', 2)],
      rows: [{ name: 'cost', description: '', figures: [figure], notMeasured: null }],
    });
    const work = trialsOf('client-server', [0, 0]).map((trial) => ({ ...trial, result: { a: 3, b: 0.4 } }));
    const other = work.map((trial, index) => ({ ...trial, scenario: 'other', result: { c: index } }));
    const [cell] = onlyFigure([...work, ...other], makeSuiteRun(suite)).cells;
    // 2·3 + 10·0.4 over 1; the first trial would be divided by zero.
    expect(cell).toMatchObject({
      kind: 'measured',
      median: 10,
      without: 0,
      planned: 2,
      valueless: [{ trial: 1 }],
    });
  });
});

describe('a row', () => {
  test('is decided by its first figure: who is ahead, by what factor, beyond chance', () => {
    const figure = onlyFigure([...slow, ...fast]);
    expect(figure.decides).toBe(true);
    expect(figure.ranking).toMatchObject({
      ahead: 'peer-to-peer',
      centre: 2200,
      others: [{ name: 'client-server', certainty: 'beyond-chance' }],
    });
    expect(figure.ranking?.others[0]?.factor).toBeCloseTo(8050 / 2200, 9);
  });

  test('of the same trials is less sure the more rows are decided with it', () => {
    const rows = Array.from({ length: 7 }, (_, nth) => ({
      name: `row ${nth}`,
      description: '',
      figures: [TIME],
      notMeasured: null,
    }));
    const chart = makeChart(makeSuiteRun(makeSuite({ rows })), [...slow, ...fast]);
    // 2 of 252 divisions of ten trials, seven times.
    expect(chart.rows[0]?.figures[0]?.ranking?.others[0]?.adjustedP).toBeCloseTo((2 / 252) * 7, 9);
    expect(chart.trialsNeeded).toBe(6);
  });

  test('ranks no column by the few trials that came to the figure, where the suite has a word for the others', () => {
    const lucky = trialsOf('peer-to-peer', [100, null, null, null, null]);
    const rowsOf = (missing: string | null) => [
      { name: 'reliability', description: '', figures: [{ ...TIME, missing }], notMeasured: null },
    ];
    const ranked = (missing: string | null) =>
      onlyFigure([...slow, ...lucky], makeSuiteRun(makeSuite({ rows: rowsOf(missing) })));
    expect(ranked('never')).toMatchObject({ ranking: null, cells: [{}, { median: 100, without: 4 }] });
    expect(ranked(null).ranking?.ahead).toBe('peer-to-peer');
  });

  test('of single trials is too few of them to tell', () => {
    const figure = onlyFigure([...slow.slice(0, 1), ...fast.slice(0, 1)]);
    expect(figure.ranking?.others[0]?.certainty).toBe('too-few-trials');
  });
});

describe('a suite', () => {
  test('ends with 0 where every cell is measured, 4 where one is not, 130 where trials are missing', () => {
    const run = makeSuiteRun();
    expect(suiteExitCode(makeChart(run, [...slow, ...fast]))).toBe(0);
    expect(suiteExitCode(makeChart(run, [...slow, ...trialsOf('peer-to-peer', Array(5).fill(null))]))).toBe(
      4,
    );
    expect(suiteExitCode(makeChart(run, slow))).toBe(130);
  });

  test.each([
    [1, 4],
    [2, 4],
    [3, 0],
  ])('with %d valid trials of 6 in a cell ends with %d', (valid, exitCode) => {
    const run = makeSuiteRun(makeSuite({ scenarios: [scenarioOf('work', 6)] }));
    const invalid = (attempt: 1 | 2) =>
      trialsOf('client-server', Array(6).fill(1), { invalid: ['The host was full.'], attempt }).slice(valid);
    const whole = trialsOf('peer-to-peer', Array(6).fill(2));
    const trials = [
      ...trialsOf('client-server', [1, 1, 1].slice(0, valid)),
      ...invalid(1),
      ...invalid(2),
      ...whole,
    ];
    const chart = makeChart(run, trials);
    expect(suiteExitCode(chart)).toBe(exitCode);
    expect(chart.rows[0]?.figures[0]?.cells[0]).toMatchObject({
      planned: 6,
      valueless: Array.from({ length: 6 - valid }, (_, nth) => ({
        trial: valid + nth + 1,
        reason: 'The host was full.',
      })),
    });
  });
});
