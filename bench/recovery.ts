// Whether the synchronous receiver loses an acknowledged record when the database is destroyed with all its storage, at random moments under load;
// and how long it takes until the restored one takes writes. Each run destroys it five times.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReportJson } from '../orchestrator/report/facts/report-json.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atMost, known } from './harness/judge-row.ts';
import { hasFailed, runTopolab } from './harness/run-topolab.ts';
import { median } from './harness/statistics.ts';

type Destruction = NonNullable<ReportJson['recovery']>['destructions'][number];

const scenario = fileURLToPath(new URL('recovery/kills.yaml', import.meta.url));
/** Of one run: the database is there again by the first of these, in seconds, and restored from 6 s later on. */
const windowsFrom = [10, 25, 40, 55, 70];
const windowMs = 5500;
/** Twenty kills. */
const usualRuns = 4;

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const runs = context.repetitionsAsked ?? usualRuns;
  const all: Destruction[] = [];
  for (let nth = 1; nth <= runs; nth++) {
    const destructions = await context.alone(() => destroyFiveTimes(context));
    all.push(...destructions);
    const lost = destructions.map(({ records }) => records?.lost ?? Number.NaN);
    context.say(`  ${nth}/${runs}: lost ${lost.join(', ')}`);
  }
  return rowsOf(all);
}

async function destroyFiveTimes({ signal }: BenchContext): Promise<readonly Destruction[]> {
  const folder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const moments = windowsFrom.flatMap((from, nth) => {
      const atMs = Math.round(from * 1000 + Math.random() * windowMs);
      return ['--set', `destroyed-${nth + 1}=${atMs}ms`];
    });
    const ended = await runTopolab(['run', scenario, '--setup', '--no-live', '--runs', folder, ...moments], {
      signal,
    });
    const [run] = await readdir(folder);
    if (run === undefined || hasFailed(ended))
      throw new Error(`the run ended with exit code ${ended.exitCode}:\n${ended.output}`);
    const report = JSON.parse(await readFile(join(folder, run, 'report.json'), 'utf8')) as ReportJson;
    return report.recovery?.destructions ?? [];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function rowsOf(all: readonly Destruction[]): BenchRow[] {
  const sum = (of: (each: Destruction) => number): number => all.reduce((total, each) => total + of(each), 0);
  const acknowledged = sum(({ records }) => records?.acknowledged ?? Number.NaN);
  const part = (name: string, of: (each: Destruction) => number | null): BenchRow => {
    const values = all.flatMap((each) => of(each) ?? []);
    const range = `${Math.min(...values)} to ${Math.max(...values)} ms, ${values.length} of ${all.length}`;
    return known({ name, measured: median(values), unit: 'ms', note: range });
  };
  const after = (later: number | null, earlier: number | null): number | null =>
    later === null || earlier === null ? null : later - earlier;
  return [
    known({ name: 'destructions', measured: all.length, unit: '' }),
    atMost(
      {
        name: 'acknowledged records lost, synchronous receiver',
        measured: all.length === 0 ? Number.NaN : sum(({ records }) => records?.lost ?? Number.NaN),
        unit: '',
        note: `of ${acknowledged} acknowledged before a destruction, each read back by its content`,
      },
      0,
    ),
    part('restore begun until its files are in place', (each) =>
      after(each.restoredAfterMs, each.begunAfterMs),
    ),
    part('log replayed', (each) => after(each.replayedAfterMs, each.restoredAfterMs)),
    part('first write acknowledged', (each) => after(each.firstWriteAfterMs, each.replayedAfterMs)),
  ];
}
