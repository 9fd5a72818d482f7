// The short form of `npm run soak`: runs that are broken on purpose, and the verdict that is right (docs/validity.md has all of them).
import { expect, it } from 'vitest';
import { allSabotages } from '../../soak/sabotages/all-sabotages.ts';
import { runSabotage } from '../../soak/sabotages/run-sabotage.ts';
import { leftOf } from './topolab.ts';

it.each(allSabotages.filter(({ short }) => short))('$breaks', async (sabotage) => {
  const { isRight, outcome, reasons } = await runSabotage(sabotage);
  expect(isRight, `${outcome}: ${reasons.join('\n')}`).toBe(true);
  expect(await leftOf('sabotaged')).toEqual([]);
});
