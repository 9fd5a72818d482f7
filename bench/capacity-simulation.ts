// Capacity search, test of growth and scalability fit against systems whose truth is known. Simulated, so it needs neither containers nor quiet.
import type { BenchContext, BenchRow } from './benchmark.ts';
import { chanceRows } from './capacity/simulate-chance.ts';
import { growthRows } from './capacity/simulate-growth.ts';
import { simulateFits } from './capacity/simulate-fit.ts';
import { rowsOf, simulate } from './capacity/simulate-search.ts';

const leastHeld = 0.93;

export function run({ say }: Pick<BenchContext, 'say'>): readonly BenchRow[] {
  say('  5,000 capacity searches');
  const searches = rowsOf(simulate({ systems: 5000, seed: 2, resamples: 1000 }));
  say('  1,000 fits with their intervals, about a minute');
  const fits = simulateFits({ systems: 1000, seed: 2, resamples: 300 });
  say('  500 probes at each of 12 rates, 100 searches of each of 6 queues twice');
  const growth = growthRows({ probes: 500, searches: 100, seed: 2 });
  return [
    ...searches,
    ...chanceRows({ systems: 1000, seed: 2 }),
    ...growth,
    ...Object.entries(fits).map(([name, held]) => ({
      name: `intervals of 95 % that hold the true ${name}`,
      measured: held,
      unit: '',
      aim: `at least ${leastHeld}`,
      met: held >= leastHeld,
      note: '1,000 synthetic groups',
    })),
  ];
}
