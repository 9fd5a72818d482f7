// Whether the synchronous receiver loses an acknowledged record when the database is destroyed with all its storage, at random moments under load;
// and how long it takes until the restored one takes writes.
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

const scenario = fileURLToPath(new URL('recovery/kills.ts', import.meta.url));
const killsOfRun = 10;
/** Twenty kills. */
const usualRuns = 2;
/** To see that a loss is seen. */
const killsOfControl = 4;

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const runs = context.repetitionsAsked ?? usualRuns;
  const received: Destruction[] = [];
  for (let nth = 1; nth <= runs; nth++) {
    received.push(...(await context.alone(() => destroyed('wal-receiver', killsOfRun, context))));
    context.say(`  ${nth}/${runs}: lost ${received.slice(-killsOfRun).map(lostBy).join(', ')}`);
  }
  // What is archived in the background loses some: if that is not seen, neither would be a loss of the receiver's.
  const archived = await context.alone(() => destroyed('pgbackrest', killsOfControl, context));
  context.say(`  archived in the background: lost ${archived.map(lostBy).join(', ')}`);
  return rowsOf(received, archived);
}

const lostBy = ({ records }: Destruction): number => records?.lost ?? Number.NaN;

async function destroyed(
  method: 'wal-receiver' | 'pgbackrest',
  kills: number,
  { signal }: BenchContext,
): Promise<readonly Destruction[]> {
  const folder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const draw = Math.floor(Math.random() * 1e9);
    const sets = [`method=${method}`, `kills=${kills}`, `draw=${draw}`].flatMap((set) => ['--set', set]);
    const ended = await runTopolab(['run', scenario, '--setup', '--no-live', '--runs', folder, ...sets], {
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

function rowsOf(received: readonly Destruction[], archived: readonly Destruction[]): BenchRow[] {
  const sum = (all: readonly Destruction[], of: (each: Destruction) => number): number =>
    all.length === 0 ? Number.NaN : all.reduce((total, each) => total + of(each), 0);
  const acknowledgedBy = ({ records }: Destruction): number => records?.acknowledged ?? Number.NaN;
  const part = (name: string, of: (each: Destruction) => number | null): BenchRow => {
    const values = received.flatMap((each) => of(each) ?? []);
    const range = `${Math.min(...values)} to ${Math.max(...values)} ms, ${values.length} of ${received.length}`;
    return known({ name, measured: median(values), unit: 'ms', note: range });
  };
  const after = (later: number | null, earlier: number | null): number | null =>
    later === null || earlier === null ? null : later - earlier;
  // On a busy machine a database may be destroyed again before it was back: nothing could be lost then.
  const underWrites = received.filter((each) => acknowledgedBy(each) > 0);
  return [
    known({
      name: 'destructions of a database that had acknowledged records',
      measured: underWrites.length,
      unit: '',
    }),
    {
      ...atMost(
        {
          name: 'acknowledged records lost, synchronous receiver',
          measured: sum(received, lostBy),
          unit: '',
          note: `of ${sum(received, acknowledgedBy)} acknowledged before a destruction, each read back by its content`,
        },
        0,
      ),
      reference: {
        what: `pgBackRest, ${archived.length} destructions, of ${sum(archived, acknowledgedBy)}`,
        value: sum(archived, lostBy),
      },
    },
    part('restore begun until its files are in place', (each) =>
      after(each.restoredAfterMs, each.begunAfterMs),
    ),
    part('log replayed', (each) => after(each.replayedAfterMs, each.restoredAfterMs)),
    part('first write acknowledged', (each) => after(each.firstWriteAfterMs, each.replayedAfterMs)),
  ];
}
