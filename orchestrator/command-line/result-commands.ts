// Commands that read and compare what was measured.
import { type Command, Option } from 'commander';
import { junitOption, markdownOption } from './common-options.ts';
import { fileToWrite, positiveNumber, shareOf, wholeNumber } from './option-values.ts';

export function addResultCommands(program: Command): void {
  program.commandsGroup('Read and compare results:');

  program
    .command('report')
    .description(
      'make the report of a run, a sweep, a study or a suite again from its folder; needs no Docker',
    )
    .argument('<folder>', 'folder of a run, a sweep, a study or a suite, such as runs/<id>')
    .addOption(junitOption())
    .addOption(markdownOption())
    .action(async (folder: string, options) => {
      const { reportCommand } = await import('../commands/report.ts');
      process.exitCode = await reportCommand(folder, options);
    });

  program
    .command('compare')
    .description('show which figures of runs or studies differ significantly; the first is the baseline')
    .argument('<folder...>', 'two or more, each a run, a folder of runs (the trials), or a study')
    .addOption(
      new Option(
        '--fail-on <what>',
        'exit with 3 if there is a significant change of this kind, beyond the tolerance',
      )
        .choices(['regression', 'difference', 'none'])
        .default('regression'),
    )
    .addOption(
      new Option('--tolerance <share>', 'ignore changes up to this share, such as 5%')
        .default(0.05, '5%')
        .argParser(shareOf),
    )
    .option('--json', 'as JSON')
    .addOption(junitOption('write JUnit XML, with a test case for each deciding figure'))
    .addOption(markdownOption())
    .addOption(new Option('--html <file>', 'write one self-contained HTML file').argParser(fileToWrite))
    .action(async (folders: string[], options) => {
      const { compareCommand } = await import('../commands/compare.ts');
      process.exitCode = await compareCommand(folders, options);
    });

  program
    .command('predict')
    .description(
      'predict figures of sizes that were not run, each with its interval and whether to believe it',
    )
    .argument('<folder>', 'folder of a sweep over numbers of nodes or users, or of a study of capacity')
    .addOption(
      new Option('--at <numbers>', 'users or nodes for which to predict')
        .default([1000, 10_000, 100_000, 1_000_000], '1000,10000,100000,1000000')
        .argParser((text) => text.split(',').map((each) => wholeNumber(each, 1, 1_000_000_000))),
    )
    .addOption(
      new Option(
        '--rate-per-user <number>',
        "for a study: operations per second of one user, in place of the scenario's",
      ).argParser(positiveNumber),
    )
    .option('--json', 'as JSON')
    .action(async (folder: string, options) => {
      const { predictCommand } = await import('../commands/predict.ts');
      await predictCommand(folder, options);
    });
}
