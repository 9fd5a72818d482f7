import { describe, expect, test } from 'vitest';
import { makeChart, type ReadTrial } from '../../../orchestrator/suite/chart.ts';
import { suiteExitCode } from '../../../orchestrator/suite/suite-exit-code.ts';
import { makeSuite, makeSuiteRun, scenarioOf, TIME, trialsOf } from './make-suite.ts';

const slow = trialsOf('client-server', [8000, 8100, 8050, 8200, 8020]);
const fast = trialsOf('peer-to-peer', [2100, 2300, 2200, 2250, 2150]);
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
    expect(cell).toMatchObject({ kind: 'measured', median: 10, without: 1 });
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
});
