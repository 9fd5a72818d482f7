// A capacity study in a given time, on a manual clock: every probe takes what it asks for, every trial some time beside.
import { expect, test } from 'vitest';
import { createRandom } from '../../../orchestrator/capacity/random.ts';
import { createSearch } from '../../../orchestrator/capacity/search.ts';
import { takeTurns } from '../../../orchestrator/study/take-turns.ts';
import { TimeBudget } from '../../../orchestrator/trials/time-budget.ts';

const LAUNCH_MS = 10_000;

async function study(withinMs: number | undefined) {
  let now = 0;
  const searches = [1, 2, 4].map((size) => ({
    size,
    search: createSearch({
      minRate: 10,
      maxRate: 1000,
      settleMs: 3000,
      measureMs: 10_000,
      seed: size,
      minTrials: 3,
      maxTrials: 3,
    }),
  }));
  const budget = withinMs === undefined ? undefined : new TimeBudget(withinMs, () => now);
  const trials: string[] = [];
  await takeTurns(searches, {
    random: createRandom(1),
    budget,
    nowMs: () => now,
    runTrial: async ({ size, search }, first) => {
      now += LAUNCH_MS;
      for (
        let probe = search.next();
        probe.kind === 'probe' && probe.trial === first.trial;
        probe = search.next()
      ) {
        const loadMs = probe.settleMs + probe.measureMs;
        if (budget !== undefined && budget.leftMs < loadMs) return false;
        now += loadMs;
        search.record({ outcome: probe.rate <= 50 * size ? 'held' : 'missed', loadMs });
      }
      trials.push(`${size}:${first.trial}`);
      return true;
    },
  });
  return { now, trials, results: searches.map(({ search }) => search.soFar()) };
}

test('sizes take turns, until every search has ended', async () => {
  const { trials, results } = await study(undefined);
  expect(trials.map((trial) => trial.slice(-1)).join('')).toBe('111222333');
  expect(results.map(({ status, trialsLeftOut }) => [status, trialsLeftOut])).toEqual([
    ['found', 0],
    ['found', 0],
    ['found', 0],
  ]);
});

test('in a given time each size has about as many trials, and it is not exceeded', async () => {
  const whole = await study(undefined);
  for (let withinMs = 60_000; withinMs < whole.now; withinMs += 30_000) {
    const { now, trials, results } = await study(withinMs);
    expect(now).toBeLessThanOrEqual(withinMs);
    const counts = results.map(({ trials: made }) => made.length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(trials).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
    expect(results.map(({ trialsLeftOut }) => trialsLeftOut)).toEqual(counts.map((count) => 3 - count));
    expect(results.map(({ status }) => status)).toEqual(
      counts.map((count) => (count === 0 ? 'out-of-time' : 'found')),
    );
  }
});

test('most of the time that is given is used', async () => {
  const whole = await study(undefined);
  const used = [0.3, 0.5, 0.7, 0.9].map(
    async (share) => (await study(whole.now * share)).now / whole.now / share,
  );
  for (const share of await Promise.all(used)) expect(share).toBeGreaterThan(0.85);
  expect((await study(whole.now)).trials).toEqual(whole.trials);
});
