import { expect, it } from 'vitest';
import { allSabotages } from '../../../soak/sabotages/all-sabotages.ts';
import { type Asked, soakProgram } from '../../../soak/soak-program.ts';

interface Answer {
  asked?: Asked;
  told: string;
}

async function ask(...words: string[]): Promise<Answer> {
  const answer: Answer = { told: '' };
  const said = { [allSabotages[0]?.breaks ?? '']: { outcome: 'fail', sentence: '' } } as const;
  const program = soakProgram(said, async (asked) => void (answer.asked = asked));
  const write = (text: string): void => void (answer.told += text);
  program.configureOutput({ writeErr: write, writeOut: write }).exitOverride();
  await program.parseAsync(words, { from: 'user' }).catch(() => {});
  return answer;
}

it('breaks, kills and mutates all where nothing is named', async () => {
  const { asked } = await ask();
  expect(asked).toEqual({ sabotages: allSabotages, kills: 50, files: 100_000, seed: 1 });
});

it('takes a part, and how many or which of it', async () => {
  expect((await ask('kills', '5', '--seed', '3')).asked).toEqual({
    sabotages: [],
    kills: 5,
    files: 0,
    seed: 3,
  });
  const word = allSabotages.at(-1)?.breaks ?? '';
  expect((await ask('sabotages', word.toUpperCase())).asked).toMatchObject({
    sabotages: [{ breaks: word }],
    kills: 0,
    files: 0,
  });
});

it('leaves out sabotages that had the right verdict, if asked', async () => {
  expect((await ask('sabotages', '--missing')).asked?.sabotages).toEqual(allSabotages.slice(1));
});

it.each([
  [['sabotage'], "'sabotage' is invalid"],
  [['sabotages', 'nosuch'], 'No row has "nosuch"'],
  [['kills', 'many'], 'Write a whole number from 1'],
  [['--sead', '3'], "unknown option '--sead'"],
  [['--help'], 'Exit codes: 0'],
])('does nothing for %j, and says why', async (words, told) => {
  const answer = await ask(...words);
  expect(answer.asked).toBeUndefined();
  expect(answer.told).toContain(told);
});
