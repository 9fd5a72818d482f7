// Whether the synchronous receiver loses an acknowledged record when the database is destroyed with all its storage, at random moments under load;
// and how long it takes until the restored one takes writes.
import { fileURLToPath } from 'node:url';
import type { ReportJson } from '../orchestrator/report/facts/report-json.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atMost, known } from './harness/judge-row.ts';
import { readReport, runOnce } from './harness/run-once.ts';
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
  const draw = Math.floor(Math.random() * 1e9);
  const report = await runOnce(scenario, { method, kills, draw }, signal, readReport);
  return report.recovery?.destructions ?? [];
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
