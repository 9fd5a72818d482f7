import { expect, test } from 'vitest';
import { chanceRows } from '../../../bench/capacity/simulate-chance.ts';

// A small form of what `npm run bench -- capacity-simulation` measures: seed 5.
test('a probe that misses by chance far below the capacity costs a search little', () => {
  const rows = chanceRows({ systems: 100, seed: 5 });
  expect(rows.filter(({ met }) => !met)).toEqual([]);
});
