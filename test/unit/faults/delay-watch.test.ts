import { expect, it } from 'vitest';
import { DelayWatch } from '../../../orchestrator/net-admin/delay-watch.ts';
import type { ToldDelays } from '../../../orchestrator/delays/delays.ts';

const told = (packets: number): readonly ToldDelays[] => [
  {
    node: 'peers-1',
    state: 'delaying',
    dropped: 0,
    delays: [{ delayUs: 20_000, jitterUs: 0, packets, beyond: 0, late: [], given: [] }],
  },
];

it('counts from the beginning of a load, whoever asked before', async () => {
  const answers = [5, 7, 11, 13].map(told);
  const watch = new DelayWatch(() => [Promise.resolve(answers.shift() ?? [])]);
  await watch.begin();
  await watch.measured();
  const { delays } = await watch.measured();
  expect(delays.map(({ packets }) => packets)).toEqual([18]);
  await watch.begin();
  expect(await watch.measured()).toEqual({ delays: [] });
});

it('never asks twice at once, for each answer empties what was counted', async () => {
  let asking = 0;
  let most = 0;
  const ask = async () => {
    asking += 1;
    most = Math.max(most, asking);
    await Promise.resolve();
    asking -= 1;
    return told(1);
  };
  const watch = new DelayWatch(() => [ask()]);
  const all = await Promise.all([watch.measured(), watch.measured(), watch.measured()]);
  expect(most).toBe(1);
  expect(all.at(-1)?.delays[0]?.packets).toBe(3);
});

it('goes on asking where an answer fails, and says at the end that the helper has gone', async () => {
  const answers = [told(5), new Error('it hiccupped'), told(7), new Error('no such container')];
  const watch = new DelayWatch(() => {
    const answer = answers.shift() ?? [];
    return [answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)];
  });
  expect((await watch.measured()).lost).toBeUndefined();
  expect((await watch.measured()).lost).toBe('it hiccupped');
  expect((await watch.measured()).delays[0]?.packets).toBe(12);
  expect(await watch.measured()).toMatchObject({ delays: [{ packets: 12 }], lost: 'no such container' });
});

it('counts what the helpers of other hosts tell where one has gone', async () => {
  const watch = new DelayWatch(() => [
    Promise.reject(new Error('host box2 was lost')),
    Promise.resolve(told(5)),
  ]);
  expect(await watch.measured()).toMatchObject({ delays: [{ packets: 5 }], lost: 'host box2 was lost' });
});
