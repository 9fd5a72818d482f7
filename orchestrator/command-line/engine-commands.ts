// Commands for what runs leave behind, and for what stays up between them.
import { type Command, Option } from 'commander';
import { engineOption, setupOption } from './common-options.ts';
import { wholeNumber } from './option-values.ts';
import type { Unwind } from './watch-signals.ts';

export function addEngineCommands(program: Command, unwind: Unwind): void {
  program.commandsGroup('Engine and dashboards:');

  program
    .command('clean')
    .description('remove containers, networks and volumes left by crashed runs')
    .option('--run <id>', 'remove everything of this run, even if it is still running')
    .option('--all', 'also remove everything of runs that are still running')
    .option('--stack', 'also remove the Prometheus and Grafana of `topolab stack`, and their data')
    .addOption(engineOption('where to look'))
    .action(async (options) => {
      const { cleanCommand } = await import('../commands/clean.ts');
      await cleanCommand({ ...options, signal: unwind().signal });
    });

  addStackCommands(program, unwind);
}

function addStackCommands(program: Command, unwind: Unwind): void {
  const stack = program.command('stack').description('a Prometheus and Grafana that stay up between runs');
  stack
    .command('up')
    .description('start or update the stack; runs use it while it is up')
    .addOption(setupOption())
    .addOption(stackEngineOption())
    .addOption(portOption('--prometheus-port <port>', 9090))
    .addOption(portOption('--grafana-port <port>', 3000))
    .action(async (options) => {
      const { stackUpCommand } = await import('../commands/stack.ts');
      await stackUpCommand({ ...options, signal: unwind().signal });
    });
  stack
    .command('status')
    .description('show what is running, and where')
    .addOption(stackEngineOption())
    .option('--json', 'as JSON')
    .action(async (options) => {
      const { stackStatusCommand } = await import('../commands/stack.ts');
      process.exitCode = await stackStatusCommand(options);
    });
  stack
    .command('down')
    .description('stop and remove the stack; keeps its data unless --volumes is given')
    .addOption(stackEngineOption())
    .option('--volumes', 'remove the data as well')
    .action(async (options) => {
      const { stackDownCommand } = await import('../commands/stack.ts');
      await stackDownCommand(options);
    });
}

function stackEngineOption(): Option {
  return new Option(
    '--engine <kind>',
    "where the stack is: docker, on the engine's host; swarm, on the manager, for runs on all hosts",
  )
    .choices(['docker', 'swarm'])
    .default('docker');
}

function portOption(flags: string, standard: number): Option {
  return new Option(flags, 'port on the loopback interface')
    .default(standard)
    .argParser((text) => wholeNumber(text, 1, 65535));
}
