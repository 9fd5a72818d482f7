import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BenchContext, BenchRow } from '../../../bench/benchmark.ts';
import { timeRow } from '../../../bench/file-sharing/time-row.ts';
import { findBenchmarks } from '../../../bench/harness/find-benchmarks.ts';
import { atMost, atMostTimes, known, missing } from '../../../bench/harness/judge-row.ts';
import { renderMarkdown, renderResults } from '../../../bench/harness/render-results.ts';
import { runBenchmarks } from '../../../bench/harness/run-benchmarks.ts';
import { median, quantile, shuffled } from '../../../bench/harness/statistics.ts';
import { withResults } from '../../../bench/harness/write-results.ts';
import { launchRows } from '../../../bench/launch/launch-rows.ts';
import { coresBetween } from '../../../bench/under-load/run-figures.ts';
import { distributionFacts } from '../../../orchestrator/report/facts/distribution-facts.ts';
import { makeFileRun } from '../../fixtures/make-peer-run.ts';

const context: BenchContext = {
  repetitions: 1,
  repetitionsAsked: undefined,
  signal: new AbortController().signal,
  say: () => {},
  alone: (work) => work(),
};

const result = (rows: readonly BenchRow[]) => ({ benchmark: 'speed', rows, tookMs: 1000, loadBefore: 0.5 });

describe('judging', () => {
  test('a figure at its aim meets it, one above does not', () => {
    expect(atMost({ name: 'lag', measured: 10, unit: 'ms' }, 10)).toMatchObject({
      aim: 'at most 10 ms',
      met: true,
    });
    expect(atMost({ name: 'lag', measured: 10.1, unit: 'ms' }, 10).met).toBe(false);
  });

  test('a figure that was not measured meets no aim', () => {
    expect(atMost({ name: 'lag', measured: Number.NaN, unit: 'ms' }, 10).met).toBe(false);
    expect(missing('lag', 'ms', 'at most 10 ms', 'nothing ran').met).toBe(false);
    const reference = { what: 'raw', value: Number.NaN };
    expect(atMostTimes({ name: 'ready', measured: 1, unit: 's', reference }, 1.1).met).toBe(false);
  });

  test('a ratio is the quotient unless it is given', () => {
    const figure = { name: 'ready', measured: 11, unit: 's', reference: { what: 'raw', value: 10 } };
    expect(atMostTimes(figure, 1.1)).toMatchObject({ ratio: 1.1, met: true });
    expect(atMostTimes(figure, 1.1, 1.2)).toMatchObject({ ratio: 1.2, met: false });
  });
});

describe('statistics', () => {
  test('median and quantile do not depend on the order, and are NaN of nothing', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(median([])).toBeNaN();
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('shuffling keeps every value and changes the order', () => {
    const values = Array.from({ length: 52 }, (_, index) => index);
    const orders = [shuffled(values), shuffled(values), values];
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(values);
    // The same order twice: once in 52! ≈ 8 · 10⁶⁷ times.
    expect(new Set(orders.map(String)).size).toBe(3);
  });

  test('CPU is taken from samples within the window alone', () => {
    const samples = [0, 1, 2, 3].map((second) => ({ atMs: second * 1000, cpuSeconds: second ** 2 }));
    expect(coresBetween(samples, 1000, 3000)).toBe(4);
    expect(coresBetween(samples, 900, 1100)).toBeNaN();
  });
});

describe('launch trials', () => {
  const trials = (...seconds: readonly number[]) =>
    seconds.map((each) => ({ launchMs: each * 1000, helpersMs: 0, removeMs: each * 100, cpuMs: 0 }));
  const topolab = [{ launcher: 'topolab', trials: trials(10, 21) }];
  const raw = [
    { launcher: 'raw 4', trials: trials(11, 22) },
    { launcher: 'raw 6', trials: trials(10, 20) },
  ];

  test('the quickest raw launcher is the reference, and trials are compared in pairs', () => {
    const [ready] = launchRows({ nodes: 2, topolab, raw, compose: [] });
    expect(ready).toMatchObject({ measured: 15.5, reference: { what: 'raw 6', value: 15 }, met: true });
    expect(ready?.ratio).toBeCloseTo((10 / 10 + 21 / 20) / 2);
  });

  test('without compose its aim is not met, and the note says how to get it', () => {
    const last = launchRows({ nodes: 2, topolab, raw, compose: [] }).at(-1);
    expect(last).toMatchObject({ met: false, note: expect.stringContaining('apt-get install') });
  });
});

describe('distribution times', () => {
  const setup = { name: 'swarm, 8 peers', sizeMiB: 64, uplinkKiBs: 8192, leastShare: 0.85 };
  const facts = distributionFacts(makeFileRun({ topology: 'peer-to-peer', nodes: 8 }));
  const inTime = (seconds: number) => facts && { ...facts, distributionMs: seconds * 1000 };
  const unfinished = facts && { ...facts, distributionMs: null, completed: 7 };

  test('stand beside the bound, as the median of the runs', () => {
    expect(timeRow(setup, [9, 20, 10].map(inTime))).toMatchObject({
      measured: 10,
      reference: { what: 'bound', value: 8 },
      ratio: 1.25,
      met: false,
      note: '64 MiB over 8 MiB/s; the bound is 0.80 of it',
    });
    expect(timeRow(setup, [inTime(9)])).toMatchObject({ met: true });
  });

  test('are not measured, with the reason, where not everybody got the file or nothing was told', () => {
    const row = timeRow(setup, [inTime(9), unfinished]);
    const lines = renderResults([result([row])], 120).split('\n');
    expect(lines.slice(2)).toEqual([
      '  distribution time, swarm, 8 peers  not measured                 the bound is at least 0.85 of it  NO',
      '  distribution time, swarm, 8 peers: not everybody got the file: 7 of 8 nodes had all of it in the end',
    ]);
    expect(timeRow(setup, [null])).toMatchObject({ met: false, note: 'a run told nothing of its file' });
  });
});

describe('showing', () => {
  const rows = [
    atMostTimes({ name: 'ready', measured: 8.1234, unit: 's', reference: { what: 'raw', value: 8 } }, 1.1),
    known({ name: 'cost', measured: 1234.5, unit: 'ms', note: 'on a quiet machine' }),
    missing('removed', 's', 'at most 0.6', 'no compose'),
  ];

  test('the table has every figure beside its reference, and notes below', () => {
    expect(renderResults([result(rows)], 120)).toBe(
      [
        'speed (1 s)',
        '  figure       measured  beside   ratio  aim                 met',
        '  ready          8.12 s  8 s raw   1.02  at most 1.10 of it  yes',
        '  cost         1,230 ms',
        '  removed  not measured                  at most 0.6         NO',
        '  cost: on a quiet machine',
        '  removed: no compose',
      ].join('\n'),
    );
  });

  test('a failed benchmark shows its error', () => {
    expect(renderResults([{ ...result([]), error: 'no Docker' }], 120)).toContain('failed: no Docker');
  });

  test('the page keeps what people wrote and gets new tables in the place of old ones', () => {
    const measured = { at: '2026-01-02T03:04:05.678Z', host: { CPU: '2 × x' }, results: [result(rows)] };
    const once = withResults('# Page\n\nWords.\n', measured);
    expect(once).toContain('## speed');
    expect(once).toContain(renderMarkdown(result(rows)));
    const around = once.replace('## speed', '## Speed of it all');
    expect(withResults(around, measured)).toBe(around);
  });
});

describe('finding and running', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topolab-bench-test-'));
    const row = `{ name: 'pi', measured: 3, reference: null, aim: 'none', met: true }`;
    await writeFile(join(folder, 'good.ts'), `export const run = () => [${row}];`);
    await writeFile(join(folder, 'throws.ts'), `export const run = () => { throw new Error('too slow'); };`);
    await writeFile(join(folder, 'broken.ts'), `import './nowhere.ts';`);
    await writeFile(join(folder, 'helper.ts'), 'export const helps = true;');
    await writeFile(join(folder, 'wrong.ts'), `export const run = () => [{ name: 1 }];`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('every module that exports run is a benchmark; helpers are not', async () => {
    const found = await findBenchmarks([], folder);
    expect(found.map(({ name }) => name)).toEqual(['broken', 'good', 'throws', 'wrong']);
  });

  test('a name that is no benchmark is refused with those there are', async () => {
    await expect(findBenchmarks(['bad'], folder)).rejects.toMatchObject({
      code: 'no-such-benchmark',
      hint: expect.stringContaining('good'),
    });
  });

  test('one that fails does not keep the others from running', async () => {
    const results = await runBenchmarks(await findBenchmarks([], folder), context);
    expect(results.map(({ benchmark, error }) => [benchmark, error === undefined])).toEqual([
      ['broken', false],
      ['good', true],
      ['throws', false],
      ['wrong', false],
    ]);
    expect(results[1]?.rows).toEqual([{ name: 'pi', measured: 3, unit: '', aim: 'none', met: true }]);
    expect(results[2]?.error).toBe('too slow');
  });
});
