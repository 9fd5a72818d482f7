// `npm run fuzz -- --files 100000 --seed 1`: mutates the scenarios that are shipped and those of the tests, and looks for files that
// crash the program, take it too long or too much memory, or are called valid although their plan is none. Ends with 1 where
// there are any; they are kept. The same seed gives the same files.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { LARGEST_SEED, wholeNumber } from '../../orchestrator/command-line/option-values.ts';
import { randomStream } from '../../orchestrator/plan/random-stream.ts';
import { FileJudge, type Finding } from './judge-pool.ts';
import { mutate } from './mutate.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CORPUS = ['scenarios', 'test/fixtures/scenarios', 'test/fixtures/docker', 'bench/under-load'];

interface Original {
  readonly text: string;
  /** Where its mutations are written: what it names lies beside. */
  readonly folder: string;
  readonly wrong: boolean;
}

interface Options {
  readonly files: number;
  readonly seed: number;
  readonly workers: number;
  readonly keep: string;
}

const number = (flags: string, meaning: string, standard: number, least: number, most: number): Option =>
  new Option(flags, meaning).argParser((text) => wholeNumber(text, least, most)).default(standard);

const program = new Command('fuzz')
  .description(
    'Mutate scenario files, and look for those that crash the program, take it too long or too much memory, or are called valid although their plan is none.',
  )
  .addOption(number('--files <number>', 'how many', 1000, 1, 10_000_000))
  .addOption(number('--seed <number>', 'the same seed gives the same files', 1, 0, LARGEST_SEED))
  .addOption(number('--workers <number>', 'processes at the same time', availableParallelism(), 1, 256))
  .option('--keep <folder>', 'where files go that were found', 'fuzz-findings')
  .addHelpText('after', '\nExit codes: 0 none was found, 1 some were, 2 wrong command.')
  .showHelpAfterError('Run with --help for the options.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const values = program.opts<Options>();

process.exitCode = await fuzz();

async function fuzz(): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), 'topolab-fuzz-'));
  try {
    const originals = CORPUS.flatMap((folder) => originalsIn(folder, work));
    const counts = new Map<string, number>();
    const startedMs = performance.now();
    let next = 0;
    const judgeSome = async (worker: number): Promise<void> => {
      await using judge = new FileJudge();
      while (next < values.files) {
        const nth = next++;
        const { path, bytes } = makeFile(nth, worker, originals);
        const finding = await judge.judge(path);
        counts.set(finding.kind, (counts.get(finding.kind) ?? 0) + 1);
        if (finding.kind !== 'valid' && finding.kind !== 'refused') keep(nth, bytes, finding);
        if ((nth + 1) % 5000 === 0) process.stderr.write(`${nth + 1} of ${values.files} files\n`);
      }
    };
    await Promise.all(Array.from({ length: values.workers }, (_, worker) => judgeSome(worker)));
    const seconds = (performance.now() - startedMs) / 1000;
    const told = [...counts]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([kind, count]) => `${count} ${kind}`);
    process.stdout.write(
      `${next} files in ${seconds.toFixed(0)} s (seed ${values.seed}): ${told.join(', ')}\n`,
    );
    return [...counts.keys()].every((kind) => kind === 'valid' || kind === 'refused') ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function originalsIn(name: string, work: string): Original[] {
  const source = join(ROOT, name);
  const folder = join(work, name.replaceAll('/', '-'));
  // A copy: links would lead out of the scenario's folder.
  cpSync(source, folder, {
    recursive: true,
    filter: (path) => extname(path) !== '.yaml' && basename(path) !== 'golden',
  });
  return readdirSync(source)
    .filter((file) => extname(file) === '.yaml')
    .map((file) => ({
      text: readFileSync(join(source, file), 'utf8'),
      folder,
      wrong: file.startsWith('wrong-'),
    }));
}

function makeFile(
  nth: number,
  worker: number,
  originals: readonly Original[],
): { path: string; bytes: Buffer } {
  const random = randomStream(values.seed, 'fuzz', String(nth));
  // Mostly sound ones: what is wrong already is refused for that.
  const wrong = random() < 0.1;
  const candidates = originals.filter((each) => each.wrong === wrong);
  const original = candidates[Math.floor(random() * candidates.length)];
  if (original === undefined) throw new Error('the corpus is empty');
  const others = originals.map(({ text }) => text);
  const bytes = mutate(original.text, others, random);
  const path = join(original.folder, `fuzz-${worker}.yaml`);
  writeFileSync(path, bytes);
  return { path, bytes };
}

function keep(nth: number, bytes: Buffer, finding: Finding): void {
  const path = resolve(values.keep, `${values.seed}-${nth}-${finding.kind}.yaml`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const detail = 'detail' in finding ? finding.detail : '';
  process.stdout.write(`${finding.kind}: ${path}\n  ${detail.split('\n').slice(0, 6).join('\n  ')}\n`);
}
