// `npm run bench [-- NAME…]`: runs the benchmarks of this folder, prints each figure beside its reference and its aim, and keeps
// them as JSON.
import { Command, Option } from 'commander';
import { wholeNumber } from '../orchestrator/command-line/option-values.ts';
import { ExitCode, messageOf, TopolabError } from '../orchestrator/errors.ts';
import type { BenchContext, BenchResult } from './benchmark.ts';
import { describeHost } from './harness/describe-host.ts';
import { findBenchmarks } from './harness/find-benchmarks.ts';
import { whileLocked } from './harness/machine-lock.ts';
import { renderResults } from './harness/render-results.ts';
import { runBenchmarks } from './harness/run-benchmarks.ts';
import { updatePage, writeResults } from './harness/write-results.ts';

interface BenchOptions {
  readonly repetitions?: number;
  readonly lock?: string;
  readonly savePage: boolean;
}

const usualRepetitions = 3;

const program = new Command('bench')
  .description('Measure Topolab against its aims and against what it is built on.')
  .argument('[names...]', 'benchmarks to run; none = all', [])
  .addOption(
    new Option(
      '--repetitions <number>',
      `how often to measure what varies (default: ${usualRepetitions}, where a benchmark has no number of its own)`,
    ).argParser((text) => wholeNumber(text, 1, 1000)),
  )
  .option('--lock <file>', 'hold this lock (as `flock` does) around each measured part')
  .option('--save-page', 'put the tables into docs/benchmarks.md', false)
  .addHelpText(
    'after',
    '\nExit codes: 0 every aim met, 1 a benchmark failed, 2 wrong command, 3 an aim was missed, 130 interrupted.',
  )
  .showHelpAfterError('Run with --help for the options.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? ExitCode.pass : ExitCode.usage))
  .action(async (names: string[], options: BenchOptions) => {
    process.exitCode = await bench(names, options);
  });

async function bench(names: readonly string[], options: BenchOptions): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => interrupt.abort(new Error(`interrupted by ${name}`)));
  }
  const context: BenchContext = {
    repetitions: options.repetitions ?? usualRepetitions,
    repetitionsAsked: options.repetitions,
    signal: interrupt.signal,
    say: (line) => process.stderr.write(`${line}\n`),
    alone: (work) => whileLocked(options.lock, work, interrupt.signal),
  };
  const found = await findBenchmarks(names);
  const at = new Date().toISOString();
  const host = await describeHost();
  const measured = { at, host, results: await runBenchmarks(found, context) };
  const file = await writeResults(measured);
  if (options.savePage) await updatePage(measured);
  process.stdout.write(`${renderResults(measured.results, process.stdout.columns ?? 140)}\n\n`);
  for (const [name, value] of Object.entries(host)) process.stdout.write(`${name}: ${value}\n`);
  process.stdout.write(`${file}\n`);
  return interrupt.signal.aborted ? ExitCode.interrupted : exitCodeOf(measured.results);
}

function exitCodeOf(results: readonly BenchResult[]): number {
  if (results.some(({ error }) => error !== undefined)) return ExitCode.broken;
  return results.every(({ rows }) => rows.every(({ met }) => met)) ? ExitCode.pass : ExitCode.missed;
}

try {
  await program.parseAsync();
} catch (error) {
  const hint = error instanceof TopolabError && error.hint !== undefined ? `\n  → ${error.hint}` : '';
  process.stderr.write(`bench: ${messageOf(error)}${hint}\n`);
  process.exitCode = error instanceof TopolabError ? error.exitCode : ExitCode.broken;
}
