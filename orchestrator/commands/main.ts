#!/usr/bin/env node
// The command line: what can be asked, signals, and exit codes. Each command's work is in commands/, loaded only when it is
// asked for: Docker's client and the chart library take longer to load than a scenario takes to check.
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { generatorPlaces, placements } from '../cluster/placement.ts';
import { topolabVersion } from './version.ts';
import { describeError, systemErrorIn } from '../describe-error.ts';
import { ExitCode, messageOf, TopolabError } from '../errors.ts';
import { PATIENCE_VARIABLE, parsePatience } from '../patience.ts';
import { groupInHelp } from './group-in-help.ts';
import { printable } from '../printable.ts';
import { parseDuration } from '../scenario/text/units.ts';

/** As in scenario files: random streams are made from 32 bits. */
const LARGEST_SEED = 2 ** 32 - 1;
/** More runs of one combination than tell anything new. */
const MOST_REPEATS = 100;

interface Signals {
  /** Aborted by the first signal: the command unwinds in an orderly way. */
  readonly signal: AbortSignal;
  /** Aborted by the second: it only cleans up. */
  readonly hurry: AbortSignal;
}

/** A signal ends the command at once, unless it has called the function: then it unwinds what it owns. */
function watchSignals(): () => Signals {
  const interrupt = new AbortController();
  const hurry = new AbortController();
  let unwinds = false;
  const onSignal = (name: NodeJS.Signals) => {
    const reason = new TopolabError(`interrupted by ${name}`, {
      code: 'interrupted',
      exitCode: ExitCode.interrupted,
    });
    if (!unwinds) process.exit(report(reason));
    if (interrupt.signal.aborted) hurry.abort(reason);
    else interrupt.abort(reason);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  return () => {
    unwinds = true;
    return { signal: interrupt.signal, hurry: hurry.signal };
  };
}

function makeProgram(unwind: () => Signals): Command {
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
        'run every combination of values so many times, in an order drawn from the seed; default once, or with --within as often as there is time for, 10 times at most',
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
      const { runCommand } = await import('./run.ts');
      exitWith(await runCommand(file, { ...options, ...unwind() }));
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
      const { calibrateCommand } = await import('./calibrate.ts');
      exitWith(await calibrateCommand({ ...options, ...unwind() }));
    });

  program
    .command('init')
    .description(
      'write a first scenario for your own system: scenario, k6 script, .gitignore, npm script, CI job',
    )
    .argument('[folder]', 'where to write it', '.')
    .option('--image <image>', "image of your system; default: Topolab's own server, to try it with")
    .option(
      '--compose [file]',
      'the system is the services of a compose file; default: compose.yaml or docker-compose.yaml in the folder',
    )
    .option('--target <service>', 'the service that users ask; default: the one that publishes a port')
    .option('--port <number>', 'where the image serves its users; default 8080')
    .option('--path <path>', 'what users ask for; default /')
    .option(
      '--ready <path>',
      'path that answers 2xx once a container is ready; default: its port accepts connections',
    )
    .option('--rate <number>', 'requests a second that it has to carry, 1 to 5000; default 20')
    .option('--ci <system>', 'also write a CI job: github, gitlab or none; default none')
    .option('--yes', 'ask nothing: take defaults for what no option says')
    .option('--force', 'write over files that are there')
    .action(async (folder: string, options) => {
      const { initCommand } = await import('./init.ts');
      await initCommand(folder, options);
    });

  program
    .command('validate')
    .description('check scenarios and suites, and list all problems')
    .argument('<file...>', 'scenario or suite files')
    .addOption(setOption())
    .addOption(engineOption('what the scenarios are to run on'))
    .action(async (files: string[], options) => {
      const { validateCommand } = await import('./validate.ts');
      exitWith(await validateCommand(files, options));
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
      const { planCommand } = await import('./plan.ts');
      await planCommand(file, options);
    });

  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(async () => {
      const { schemaCommand } = await import('./schema.ts');
      schemaCommand();
    });

  program
    .command('report')
    .description(
      'make the report of a run, a sweep, a study or a suite again from its folder; needs no Docker',
    )
    .argument('<folder>', 'folder of a run, a sweep, a study or a suite, such as runs/<id>')
    .addOption(junitOption())
    .addOption(markdownOption())
    .action(async (folder: string, options) => {
      const { reportCommand } = await import('./report.ts');
      exitWith(await reportCommand(folder, options));
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
      const { capacityCommand } = await import('./capacity.ts');
      exitWith(await capacityCommand(file, { ...options, ...unwind() }));
    });

  program
    .command('failures')
    .description('kill every node once, and name the single points of failure and what each loss costs')
    .argument('[scenario]', 'scenario file with a load of 20 s or more')
    .addOption(setupOption())
    .option('--resume <folder>', 'continue a study that was interrupted')
    .addOption(withinOption('runs'))
    .addOption(repeatable('--group <name>', 'kill only nodes of this group; repeatable', 'all groups'))
    .addOption(
      new Option('--pairs <most>', 'then kill at most so many pairs of nodes that stood in for each other')
        .default(6)
        .argParser((text) => wholeNumber(text, 0, 1000)),
    )
    .addOption(
      folderOption('--failures <folder>', 'folder in which the folder of the study is made', 'failures'),
    )
    .addOption(
      setOption('set a parameter of the scenario; several values (a,b) are studied one by one; repeatable'),
    )
    .addOption(seedOption())
    .addOption(engineOption())
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(junitOption('write the losses as JUnit XML, with a test case for each'))
    .addOption(markdownOption())
    .action(async (file: string | undefined, options) => {
      const { failuresCommand } = await import('./failures.ts');
      exitWith(await failuresCommand(file, { ...options, ...unwind() }));
    });

  program
    .command('suite')
    .description('run scenarios in repeated trials, and draw the chart that compares their figures')
    .argument('[suite]', 'suite file, such as suites/topologies.yaml')
    .addOption(setupOption())
    .option('--quick', 'the smaller values and fewer trials that the suite has for a first impression')
    .addOption(repeatable('--row <name>', 'only this row of the chart; repeatable', 'all rows'))
    .addOption(repeatable('--column <name>', 'only this column; repeatable', 'all columns'))
    .addOption(
      new Option('--trials <number>', 'trials in each cell, in place of what the suite says').argParser(
        (text) => wholeNumber(text, 1, MOST_REPEATS),
      ),
    )
    .addOption(seedOption("draw the order of the trials from this seed instead of the suite's"))
    .option('--resume <folder>', 'continue a suite that was interrupted')
    .addOption(withinOption('trials'))
    .addOption(engineOption())
    .addOption(placementOption())
    .addOption(generatorsOption())
    .addOption(folderOption('--charts <folder>', 'where to create the folder of the suite', 'charts'))
    .addOption(markdownOption())
    .action(async (file: string | undefined, options) => {
      const { suiteCommand } = await import('./suite.ts');
      exitWith(await suiteCommand(file, { ...options, ...unwind() }));
    });

  program
    .command('compare')
    .description('show which figures of runs or studies differ significantly; the first is the baseline')
    .argument('<folder...>', 'two or more, each a run, a folder of runs (the trials), or a study')
    .addOption(
      new Option(
        '--fail-on <what>',
        'exit with 3 if there is a significant one of this kind beyond the tolerance',
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
      const { compareCommand } = await import('./compare.ts');
      exitWith(await compareCommand(folders, options));
    });

  program
    .command('predict')
    .description(
      'predict figures of sizes that were not run, each with its interval and whether to believe it',
    )
    .argument('<folder>', 'of a sweep over numbers of nodes or users, or of a study')
    .addOption(
      new Option('--at <numbers>', 'users or nodes for which to predict')
        .default([1000, 10_000, 100_000, 1_000_000], '1000,10000,100000,1000000')
        .argParser((text) => text.split(',').map((each) => wholeNumber(each, 1, 1_000_000_000))),
    )
    .addOption(
      new Option(
        '--rate-per-user <number>',
        "of a study: operations a second, in place of the scenario's",
      ).argParser(positiveNumber),
    )
    .option('--json', 'as JSON')
    .action(async (folder: string, options) => {
      const { predictCommand } = await import('./predict.ts');
      await predictCommand(folder, options);
    });

  program
    .command('clean')
    .description('remove containers, networks and volumes left by crashed runs')
    .option('--run <id>', 'remove everything of this run, even if it is still running')
    .option('--all', 'also remove everything of runs that are still running')
    .option('--stack', 'also remove the Prometheus and Grafana of `topolab stack`, and their data')
    .addOption(engineOption('where to look'))
    .action(async (options) => {
      const { cleanCommand } = await import('./clean.ts');
      await cleanCommand({ ...options, signal: unwind().signal });
    });

  addStackCommands(program, unwind);
  groupInHelp(program);
  return program;
}

function addStackCommands(program: Command, unwind: () => Signals): void {
  const stack = program.command('stack').description('a Prometheus and Grafana that stay up between runs');
  stack
    .command('up')
    .description('start or update the stack; runs use it while it is up')
    .addOption(setupOption())
    .addOption(stackEngineOption())
    .addOption(portOption('--prometheus-port <port>', 9090))
    .addOption(portOption('--grafana-port <port>', 3000))
    .action(async (options) => {
      const { stackUpCommand } = await import('./stack.ts');
      await stackUpCommand({ ...options, signal: unwind().signal });
    });
  stack
    .command('status')
    .description('show what is running, and where')
    .addOption(stackEngineOption())
    .option('--json', 'as JSON')
    .action(async (options) => {
      const { stackStatusCommand } = await import('./stack.ts');
      exitWith(await stackStatusCommand(options));
    });
  stack
    .command('down')
    .description('stop and remove the stack; keeps its data unless --volumes is given')
    .addOption(stackEngineOption())
    .option('--volumes', 'remove the data as well')
    .action(async (options) => {
      const { stackDownCommand } = await import('./stack.ts');
      await stackDownCommand(options);
    });
}

function setOption(
  meaning = 'set a parameter of the scenario; several values (2,4,8 or 2..8) make a sweep; \\, is a comma; repeatable',
): Option {
  return repeatable('--set <name=value>', meaning, 'its default');
}

function engineOption(meaning = 'what to run on'): Option {
  return new Option(
    '--engine <kind>',
    `${meaning}: docker, the host of the engine; swarm, all hosts of the Swarm that it is a manager of`,
  )
    .choices(['docker', 'swarm'])
    .default('docker');
}

function stackEngineOption(): Option {
  return new Option(
    '--engine <kind>',
    'where the stack is: docker, on the host of the engine; swarm, on the manager, for runs on all hosts',
  )
    .choices(['docker', 'swarm'])
    .default('docker');
}

function setupOption(): Option {
  return new Option('--setup', 'if needed, install and start Docker, and build images that cannot be pulled');
}

function placementOption(): Option {
  return new Option('--placement <way>', 'how containers are placed on the hosts of a Swarm')
    .choices(placements)
    .default('spread');
}

function generatorsOption(): Option {
  return new Option(
    '--generators <where>',
    'which hosts load generators run on: apart from the nodes under test, or anywhere; default: apart where the hosts have room',
  ).choices(generatorPlaces);
}

/** @param standard what holds where it is not given, in words. */
function repeatable(flags: string, meaning: string, standard: string): Option {
  return new Option(flags, meaning)
    .argParser((text, before: string[]) => [...before, text])
    .default([], standard);
}

function seedOption(meaning = "use this seed instead of the scenario's"): Option {
  return new Option('--seed <number>', meaning).argParser((text) => wholeNumber(text, 0, LARGEST_SEED));
}

/** @param what is not begun any more: `runs` */
function withinOption(what: string): Option {
  const meaning = `begin only ${what} that are likely to end within this time, such as 20m; those left out are named`;
  return new Option('--within <duration>', meaning).argParser((text) => {
    const ms = parseDuration(text.trim());
    if (ms === undefined || ms < 1000)
      throw new InvalidArgumentError('Write a duration from 1s on, such as 20m.');
    return ms;
  });
}

function portOption(flags: string, standard: number): Option {
  return new Option(flags, 'port on the loopback interface')
    .default(standard)
    .argParser((text) => wholeNumber(text, 1, 65535));
}

function junitOption(
  meaning = 'write the verdict as JUnit XML, with a test case for each objective',
): Option {
  return new Option('--junit <file>', meaning).argParser(fileToWrite);
}

function markdownOption(): Option {
  const meaning = 'write a summary in Markdown, for CI pipelines and pull requests';
  return new Option('--markdown <file>', meaning).argParser(fileToWrite);
}

/** `5%` or `0.05`. */
function shareOf(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (!(share >= 0 && share <= 1))
    throw new InvalidArgumentError('Write a share from 0% to 100%, such as 5%.');
  return share;
}

/** Digits only: an empty text is no zero, and 1e3 is not how a seed or a port is written. */
function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  }
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('Write a number above 0, such as 0.1.');
}

function folderOption(flags: string, meaning: string, standard: string): Option {
  return new Option(flags, meaning).default(standard).argParser((text) => {
    const problem = text === '' ? 'a name is missing' : obstacleTo(resolve(text), 'folder');
    if (problem === undefined) return text;
    throw new InvalidArgumentError(`${problem}. Name a folder, such as ${standard}.`);
  });
}

/** Found out before a run of minutes, not when its result is to be written. */
function fileToWrite(text: string): string {
  const problem = text === '' ? 'a name is missing' : obstacleTo(resolve(text), 'file');
  if (problem === undefined) return text;
  throw new InvalidArgumentError(`${problem}. Name a file, such as result.xml.`);
}

/** What stands where a file or folder is to be made; undefined where nothing does. */
function obstacleTo(path: string, kind: 'file' | 'folder'): string | undefined {
  if (path.includes('\0')) return 'a name holds no NUL character';
  try {
    const there = statSync(path);
    if (there.isDirectory() === (kind === 'folder')) return undefined;
    return there.isDirectory() ? `${path} is a folder` : `${path} is a file`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = (code === 'ENOENT' || code === 'ENOTDIR') && dirname(path) !== path;
    return missing ? obstacleTo(dirname(path), 'folder') : messageOf(error);
  }
}

function exitWith(code: number): void {
  process.exitCode = code;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.pass : ExitCode.usage;
  // What failed first is what to tell: undoing it failed as well, mostly for the same reason.
  if (error instanceof SuppressedError) return report(error.suppressed);
  if (error instanceof TopolabError) {
    process.stderr.write(`topolab: ${describeError(error)}`);
    return error.exitCode;
  }
  const refused = systemErrorIn(error);
  const told =
    refused ??
    `this is a bug, please report it: ${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}`;
  process.stderr.write(`topolab: ${told}\n`);
  return ExitCode.broken;
}

// `topolab plan … | head` closes our standard output early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await makeProgram(watchSignals()).parseAsync();
} catch (error) {
  exitWith(report(error));
}
