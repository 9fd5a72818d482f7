// What can be asked of `npm run soak`. A word that fits nothing is refused: of nothing, all would be as it should be.
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { LARGEST_SEED, wholeNumber } from '../orchestrator/command-line/option-values.ts';
import type { AllSaid } from './said.ts';
import { allSabotages } from './sabotages/all-sabotages.ts';
import type { Sabotage } from './sabotages/sabotage.ts';

export interface Asked {
  readonly sabotages: readonly Sabotage[];
  readonly kills: number;
  readonly files: number;
  readonly seed: number;
}

interface Options {
  readonly seed: number;
  readonly missing?: boolean;
}

const PARTS = ['sabotages', 'kills', 'files'] as const;

/** @param said what verdicts said of sabotages earlier, for --missing. */
export function soakProgram(said: AllSaid, carryOut: (asked: Asked) => Promise<void>): Command {
  return new Command('soak')
    .description(
      'Break runs in every known way, kill runs at random moments, and mutate scenario files: is each verdict right, is nothing left, ' +
        'does no file crash the program? Needs Docker; all of it takes half an hour or more.',
    )
    .addArgument(new Argument('[part]', 'only this part').choices(PARTS))
    .argument(
      '[which]',
      'sabotages: words of their rows in docs/validity.md; kills, files: how many (50, 100000)',
    )
    .addOption(
      new Option('--seed <number>', 'draws the kills and the mutations')
        .argParser((text) => wholeNumber(text, 0, LARGEST_SEED))
        .default(1),
    )
    .option('--missing', 'only sabotages that have not had the right verdict yet')
    .addHelpText('after', '\nExit codes: 0 all is as it should be, 1 something is not, 2 wrong command.')
    .showHelpAfterError('Run with --help for what can be asked.')
    .action(
      async (part: string | undefined, which: string | undefined, options: Options, command: Command) => {
        await carryOut(orRefused(command, () => asked(part, which, said, options)));
      },
    );
}

function asked(part: string | undefined, which: string | undefined, said: AllSaid, options: Options): Asked {
  const takes = (one: (typeof PARTS)[number]): boolean => part === undefined || part === one;
  const count = (usual: number): number => (which === undefined ? usual : wholeNumber(which, 1, 10_000_000));
  return {
    sabotages: takes('sabotages')
      ? matching(which).filter(({ breaks }) => !(options.missing === true && breaks in said))
      : [],
    kills: takes('kills') ? count(50) : 0,
    files: takes('files') ? count(100_000) : 0,
    seed: options.seed,
  };
}

function matching(words = ''): readonly Sabotage[] {
  const found = allSabotages.filter(({ breaks }) => breaks.toLowerCase().includes(words.toLowerCase()));
  if (found.length === 0)
    throw new InvalidArgumentError(`No row has "${words}": docs/validity.md lists them.`);
  return found;
}

function orRefused(command: Command, ask: () => Asked): Asked {
  try {
    return ask();
  } catch (error) {
    if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`);
    throw error;
  }
}
