// Commands for who writes a scenario.
import { type Command, Option } from 'commander';
import {
  engineOption,
  generatorsOption,
  placementOption,
  repeatable,
  seedOption,
  setOption,
} from './common-options.ts';

export function addScenarioCommands(program: Command): void {
  program.commandsGroup('Write a scenario:');

  program
    .command('init')
    .description(
      'write a first scenario for your own system: scenario, k6 script, .gitignore, npm script, CI job',
    )
    .argument('[folder]', 'where to write it', '.')
    .option('--image <image>', "image of your system; default: Topolab's own server, to try it with")
    .addOption(composeOption())
    .addOption(
      repeatable('--profile <name>', 'a profile of the compose files; repeatable', 'COMPOSE_PROFILES'),
    )
    .option('--target <service>', 'the service that users ask; default: the one that publishes a port')
    .option('--port <number>', 'where the image serves its users; default 8080')
    .option('--path <path>', 'what users ask for; default /')
    .option(
      '--ready <path>',
      'path that answers 2xx once a container is ready; default: its port accepts connections',
    )
    .option('--rate <number>', 'requests per second that it has to carry, 1 to 5000; default 20')
    .option('--ci <system>', 'also write a CI job: github, gitlab or none; default none')
    .option('--yes', 'ask nothing, and use the defaults for options that are not given')
    .option('--force', 'replace files that exist already')
    .action(async (folder: string, options) => {
      const { initCommand } = await import('../commands/init.ts');
      await initCommand(folder, options);
    });

  program
    .command('validate')
    .description('check scenarios and suites, and list all problems')
    .argument('<file...>', 'scenario or suite files')
    .addOption(setOption())
    .addOption(engineOption('what the scenarios are to run on'))
    .action(async (files: string[], options) => {
      const { validateCommand } = await import('../commands/validate.ts');
      process.exitCode = await validateCommand(files, options);
    });

  program
    .command('plan')
    .description('show what a run would do, and when, without launching anything')
    .argument('<scenario>', 'scenario file')
    .option('--json', 'as JSON')
    .addOption(setOption())
    .addOption(seedOption())
    .addOption(engineOption('what to plan for'))
    .addOption(placementOption())
    .addOption(generatorsOption())
    .action(async (file: string, options) => {
      const { planCommand } = await import('../commands/plan.ts');
      await planCommand(file, options);
    });

  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(async () => {
      const { schemaCommand } = await import('../commands/schema.ts');
      schemaCommand();
    });
}

/** Written without a file, commander makes it true: the files that `docker compose` would read. */
function composeOption(): Option {
  return new Option(
    '--compose [file]',
    'the system is the services of a compose file; repeatable, later files over earlier ones; default: as docker compose finds them in the folder',
  ).argParser((file: string, before: readonly string[] | true | undefined) => [
    ...(Array.isArray(before) ? before : []),
    file,
  ]);
}
