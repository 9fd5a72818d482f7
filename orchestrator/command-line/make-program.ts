// What can be asked of topolab.
import { Command, Option } from 'commander';
import { topolabVersion } from '../commands/version.ts';
import { PATIENCE_VARIABLE, parsePatience } from '../patience.ts';
import { printable } from '../printable.ts';
import { addEngineCommands } from './engine-commands.ts';
import { addMeasureCommands } from './measure-commands.ts';
import { addResultCommands } from './result-commands.ts';
import { addScenarioCommands } from './scenario-commands.ts';
import type { Unwind } from './watch-signals.ts';

export function makeProgram(unwind: Unwind): Command {
  const program = new Command('topolab')
    .description('Load-test network topologies in real containers: measure capacity, failures and cost.')
    .version(topolabVersion())
    .showHelpAfterError('Run with --help for the options.')
    .addHelpText(
      'after',
      '\nTo get started: topolab run scenarios/first-run.yaml --setup\n' +
        '\nExit codes: 0 every objective held, 1 the run could not be carried out,\n' +
        '2 wrong scenario or command, 3 an objective was missed, 4 the measurement is not valid,\n' +
        '130 interrupted.',
    )
    .addOption(
      new Option(
        '--patience <times>',
        `for slow engines: multiply all timeouts for the engine and its nodes, 1 to 100; also ${PATIENCE_VARIABLE}`,
      ),
    )
    .hook('preAction', (command) => {
      const { patience } = command.opts<{ readonly patience?: string }>();
      if (patience !== undefined) process.env[PATIENCE_VARIABLE] = patience;
      parsePatience(process.env[PATIENCE_VARIABLE] ?? '1');
    })
    .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
    .exitOverride();

  // In this order they stand in the help, which comes last itself.
  addMeasureCommands(program, unwind);
  addScenarioCommands(program);
  addResultCommands(program);
  addEngineCommands(program, unwind);
  program.helpCommand(true);
  return program;
}
