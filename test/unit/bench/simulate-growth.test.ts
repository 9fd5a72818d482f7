import { expect, test } from 'vitest';
import { growthRows } from '../../../bench/capacity/simulate-growth.ts';

// A small form of what `npm run bench -- capacity-simulation` measures: seed 5.
test('queues that theory knows are told growing from steady, and their capacities found within 2 %', () => {
  const rows = growthRows({ probes: 20, searches: 5, seed: 5 });
  expect(rows.filter(({ met }) => !met)).toEqual([]);
  const bias = rows.filter(({ name }) => name.startsWith('capacity found'));
  expect(bias).toHaveLength(6);
  // By the objective alone they lie above it.
  for (const { measured, reference } of bias) expect(measured).toBeLessThan(reference?.value ?? 0);
});
