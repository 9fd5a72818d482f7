// Messages between peers of a network without internet, who find each other by broadcast alone, through the program as a person
// would run it.
import { expect, it } from 'vitest';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { fixture, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

it('peers without internet and directory find each other and deliver every message to all', async ({
  skip,
}) => {
  const runs = temporaryFolder();
  const { stdout, stderr } = await topolab(['run', fixture('small-lan.yaml'), '--runs', runs]);
  const { verdict } = await readRun(onlyRun(runs));
  expect(['pass', 'invalid'], stdout + stderr).toContain(verdict?.outcome);
  expect(await leftOf('small-lan')).toEqual([]);
  skip(verdict?.outcome === 'invalid', verdict?.reasons[0]);
  const measured = verdict?.objectives.map(({ objective, measured: value }) => [objective.name, value]);
  expect(measured?.slice(1, 3)).toEqual([
    ['events that arrived, of those that should have', 1],
    ['peers that found no other', 0],
  ]);
  expect(verdict?.objectives[0]?.measured).toBe(0);
  // Users ask any of them, not always the same.
  expect(verdict?.objectives[3]?.measured).toBeGreaterThan(0.1);
});
