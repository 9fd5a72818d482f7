// Commands that measure.
import { type Command, Option } from 'commander';
import {
  engineOption,
  folderOption,
  generatorsOption,
  junitOption,
  markdownOption,
  placementOption,
  repeatable,
  seedOption,
  setOption,
  setupOption,
  withinOption,
} from './common-options.ts';
import { wholeNumber } from './option-values.ts';
import type { Unwind } from './watch-signals.ts';

/** More runs of one combination than tell anything new. */
const MOST_REPEATS = 100;

export function addMeasureCommands(program: Command, unwind: Unwind): void {
  program.commandsGroup('Measure:');

  program
    .command('run')
    .description('run a scenario, print the verdict and write the report')
    .argument('<scenario>', 'scenario file (.yaml or .ts)')
    .addOption(setupOption())
    .addOption(setOption())
    .addOption(seedOption())
    .addOption(
      new Option(
        '--repeat <times>',
        'how often to run every combination of values, in an order drawn from the seed; default: once, or with --within as often as the time allows, at most 10 times',
      ).argParser((text) => wholeNumber(text, 1, MOST_REPEATS)),
    )
    .addOption(withinOption('runs'))
    .addOption(engineOption())
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(folderOption('--runs <folder>', 'where to create the folder of the run', 'runs'))
    .option('--no-live', 'print plain lines even in a terminal')
    .addOption(junitOption())
    .addOption(markdownOption())
    .action(async (file: string, options) => {
      const { runCommand } = await import('../commands/run.ts');
      process.exitCode = await runCommand(file, { ...options, ...unwind() });
    });

  program
    .command('calibrate')
    .description('check that this host measures correctly; exits with 4 if it does not')
    .addOption(setupOption())
    .option('--quick', 'one minute instead of three, with wider tolerances')
    .addOption(seedOption('seed of what is drawn at random; default 1'))
    .addOption(engineOption('what to calibrate'))
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(
      folderOption('--folder <folder>', 'where to create the folder of the calibration', 'calibrations'),
    )
    .action(async (options) => {
      const { calibrateCommand } = await import('../commands/calibrate.ts');
      process.exitCode = await calibrateCommand({ ...options, ...unwind() });
    });

  program
    .command('capacity')
    .description('find the capacity of each size, and how many nodes a target rate needs')
    .argument('[scenario]', 'scenario file with a `capacity` section')
    .addOption(setupOption())
    .option('--resume <folder>', 'continue an interrupted study')
    .addOption(withinOption('trials and probes'))
    .addOption(folderOption('--studies <folder>', 'where to create the folder of the study', 'studies'))
    .option('--no-check', 'skip the N+1 check, which kills a node at the target rate')
    .addOption(setOption())
    .addOption(seedOption())
    .addOption(engineOption())
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(
      junitOption('write the answer as JUnit XML: a test case for each size, the target and the N+1 check'),
    )
    .addOption(markdownOption())
    .action(async (file: string | undefined, options) => {
      const { capacityCommand } = await import('../commands/capacity.ts');
      process.exitCode = await capacityCommand(file, { ...options, ...unwind() });
    });

  program
    .command('failures')
    .description('kill every node once, and name the single points of failure and what each loss costs')
    .argument('[scenario]', 'scenario file with a load of 20 s or more')
    .addOption(setupOption())
    .option('--resume <folder>', 'continue an interrupted study')
    .addOption(withinOption('runs'))
    .addOption(repeatable('--group <name>', 'kill only nodes of this group; repeatable', 'all groups'))
    .addOption(
      new Option('--pairs <most>', 'afterwards kill at most this many pairs of nodes that replace each other')
        .default(6)
        .argParser((text) => wholeNumber(text, 0, 1000)),
    )
    .addOption(folderOption('--failures <folder>', 'where to create the folder of the study', 'failures'))
    .addOption(
      setOption(
        'set a parameter of the scenario; several values (a,b) are studied one after the other; repeatable',
      ),
    )
    .addOption(seedOption())
    .addOption(engineOption())
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(junitOption('write the losses as JUnit XML, with a test case for each'))
    .addOption(markdownOption())
    .action(async (file: string | undefined, options) => {
      const { failuresCommand } = await import('../commands/failures.ts');
      process.exitCode = await failuresCommand(file, { ...options, ...unwind() });
    });

  program
    .command('suite')
    .description('run scenarios in repeated trials, and draw the chart that compares their figures')
    .argument('[suite]', 'suite file, such as suites/topologies.yaml')
    .addOption(setupOption())
    .option(
      '--quick',
      'a first impression, with the smaller values and fewer trials that the suite has for it',
    )
    .addOption(repeatable('--row <name>', 'only this row of the chart; repeatable', 'all rows'))
    .addOption(repeatable('--column <name>', 'only this column; repeatable', 'all columns'))
    .addOption(
      new Option('--trials <number>', 'trials in each cell, in place of what the suite says').argParser(
        (text) => wholeNumber(text, 1, MOST_REPEATS),
      ),
    )
    .addOption(seedOption("draw the order of the trials from this seed instead of the suite's"))
    .option('--resume <folder>', 'continue an interrupted suite')
    .addOption(withinOption('trials'))
    .addOption(engineOption())
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(folderOption('--charts <folder>', 'where to create the folder of the suite', 'charts'))
    .addOption(markdownOption())
    .action(async (file: string | undefined, options) => {
      const { suiteCommand } = await import('../commands/suite.ts');
      process.exitCode = await suiteCommand(file, { ...options, ...unwind() });
    });
}
