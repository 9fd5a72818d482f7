// `topolab calibrate` with real containers. Whether a test machine measures well enough is not for a test to say; that the exit code follows
// from the rows, and that nothing remains, is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Calibration } from '../../orchestrator/study/calibration-rows.ts';
import { type Ended, leftOf, onlyRun, startTopolab, temporaryFolder, topolab } from './topolab.ts';

let ended: Ended;
let calibration: Calibration;

beforeAll(async () => {
  const folder = temporaryFolder();
  ended = await topolab(['calibrate', '--quick', '--folder', folder]);
  expect([0, 4], ended.stdout + ended.stderr).toContain(ended.exitCode);
  calibration = JSON.parse(readFileSync(join(onlyRun(folder), 'calibration.json'), 'utf8')) as Calibration;
});

afterAll(async () => {
  expect(await leftOf('calibrate')).toEqual([]);
});

it('exits 0 where every row agrees, and 4 where one does not', () => {
  expect(calibration.agrees).toBe(calibration.rows.every(({ agrees }) => agrees));
  expect(ended.exitCode).toBe(calibration.agrees ? 0 : 4);
});

it('measures every row', () => {
  expect(calibration.rows.map(({ measured }) => measured)).not.toContain(null);
  expect(new Set(calibration.rows.map(({ check }) => check))).toEqual(
    new Set(['queue', 'clock', 'stall', 'bytes']),
  );
});

const waitRows = () => calibration.rows.filter(({ what }) => what.startsWith('mean waiting time at'));

it('measures waiting times at three loads, each with its error bar', () => {
  expect(waitRows()).toHaveLength(3);
  for (const { errorBar } of waitRows()) expect(errorBar).toBeGreaterThan(0);
});

it('measures waiting times that grow with the load', ({ skip }) => {
  const [remark] = calibration.remarks;
  skip(remark !== undefined, remark);
  const waits = waitRows().map(({ measured }) => measured ?? 0);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
});

it('prints measured beside expected', () => {
  expect(ended.stdout).toMatch(/mean waiting time at ρ = 0\.8 +[\d.]+ ms ±[\d.]+ ms +20 ms/);
});

it('leaves nothing when it is interrupted', async () => {
  const run = startTopolab(['calibrate', '--quick', '--folder', temporaryFolder()]);
  await run.prints('waiting times at loads');
  run.process.kill('SIGINT');
  expect((await run.ended).exitCode).toBe(130);
  expect(await leftOf('calibrate')).toEqual([]);
});
