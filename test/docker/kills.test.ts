// Runs that are killed at moments drawn from a seed: the orchestrator, its reaper, or both at once. `npm run soak` does so fifty times.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GONE_WITHIN_MS, killRun, planKills } from '../../soak/kills/kill-run.ts';
import { leftOf, startTopolab, temporaryFolder } from './topolab.ts';

const seed = 3;
const scenario = fileURLToPath(new URL('../../soak/kills/killed.yaml', import.meta.url));

describe(`a run that is killed (seed ${seed})`, () => {
  let killed = 0;
  let most = 0;

  it.each(planKills(seed, 5))('leaves nothing: $victim at $atMs ms', async (kill) => {
    const outcome = await killRun(kill);
    expect(outcome.left).toEqual([]);
    // Killed in the moment in which its reaper is being made, it may leave that one: the next run takes it.
    expect(outcome.takenByNextRun.filter((name) => !name.endsWith('-reaper'))).toEqual([]);
    expect(outcome.goneAfterMs).toBeLessThan(GONE_WITHIN_MS + 5000);
    expect(outcome.wentOn).not.toBe(false);
    killed++;
    most = Math.max(most, outcome.hadThen.length);
  });

  it('had something to leave behind', ({ skip }) => {
    skip(killed === 0, 'none was killed');
    expect(most).toBeGreaterThan(0);
  });
});

it('gives a run up whose process stood still, and says so', async () => {
  const run = startTopolab(['run', scenario, '--no-live', '--runs', temporaryFolder()]);
  await run.prints('load\n');
  run.process.kill('SIGSTOP');
  await expect.poll(() => leftOf('killed'), { timeout: 120_000, interval: 500 }).toEqual([]);
  run.process.kill('SIGCONT');
  const { exitCode, stderr } = await run.ended;
  expect(exitCode, stderr).toBe(1);
  expect(stderr).toMatch(/this process was suspended for \d+ s (at [\d.]+ s|before the load)\n/);
});
