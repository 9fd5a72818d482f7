// Whether an acknowledged record or event is lost, or comes twice, when a network is switched from client-server to peer-to-peer and back under load; and
// how long each direction takes.
import { fileURLToPath } from 'node:url';
import type { ReportJson } from '../orchestrator/report/facts/report-json.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atLeast, atMost, known } from './harness/judge-row.ts';
import { readReport, runOnce, type Values } from './harness/run-once.ts';
import { median } from './harness/statistics.ts';

type Switch = ReportJson['switches'][number];

const scenario = fileURLToPath(new URL('switching/there-and-back.ts', import.meta.url));
const timesOfRun = 5;
/** Ten switches each way. */
const usualRuns = 2;

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const runs = context.repetitionsAsked ?? usualRuns;
  const switches: Switch[] = [];
  for (let nth = 1; nth <= runs; nth++) {
    switches.push(...(await context.alone(() => switched({ times: timesOfRun, loses: 'no' }, context))));
    context.say(
      `  ${nth}/${runs}: lost ${switches
        .slice(-2 * timesOfRun)
        .map(recordsLost)
        .join(', ')}`,
    );
  }
  // Where something must be lost: if that is not seen, neither would be a loss of a switch.
  const control = await context.alone(() => switched({ times: 1, loses: 'yes' }, context));
  context.say(`  the only copy destroyed: lost ${control.map(recordsLost).join(', ')}`);
  return rowsOf(switches, control);
}

const recordsLost = ({ records }: Switch): number =>
  records === null ? Number.NaN : records.missing + records.wrong;

/** Nobody can tell whether they are lost. */
const recordsUnread = ({ records }: Switch): number => records?.unreadable ?? Number.NaN;

async function switched(values: Values, { signal }: BenchContext): Promise<readonly Switch[]> {
  const report = await runOnce(scenario, values, signal, readReport);
  return report.switches;
}

function rowsOf(switches: readonly Switch[], control: readonly Switch[]): BenchRow[] {
  const sum = (all: readonly Switch[], of: (each: Switch) => number | undefined): number =>
    all.length === 0 ? Number.NaN : all.reduce((total, each) => total + (of(each) ?? Number.NaN), 0);
  const moved = switches.filter(({ movedAfterMs }) => movedAfterMs !== null);
  const to = (topology: Switch['topology']) => moved.filter((each) => each.topology === topology);
  const took = (topology: Switch['topology']): BenchRow => {
    const values = to(topology).map(({ movedAfterMs }) => movedAfterMs ?? Number.NaN);
    const note = `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))} ms; without the 3 s of steadiness`;
    return known({ name: `until all served ${topology}`, measured: median(values), unit: 'ms', note });
  };
  const last = switches.findLast(({ records }) => records !== null);
  return [
    atLeast({ name: 'switches to peer-to-peer', measured: to('peer-to-peer').length, unit: '' }, 10),
    atLeast({ name: 'switches to client-server', measured: to('client-server').length, unit: '' }, 10),
    {
      ...atMost(
        {
          name: 'acknowledged records lost',
          measured: sum(switches, recordsLost),
          unit: '',
          note: `each read back by its content after each switch, ${last?.records?.acknowledged ?? 0} by the end of the last run`,
        },
        0,
      ),
      reference: {
        what: 'a peer destroyed that had the only copies',
        value: sum(control, (each) => recordsLost(each) + recordsUnread(each)),
      },
    },
    atMost(
      { name: 'acknowledged records not read in time', measured: sum(switches, recordsUnread), unit: '' },
      0,
    ),
    atMost(
      { name: 'acknowledged events lost', measured: sum(switches, ({ events }) => events?.lost), unit: '' },
      0,
    ),
    atMost({ name: 'events doubled', measured: sum(switches, ({ events }) => events?.doubled), unit: '' }, 0),
    atMost({ name: 'gaps of events', measured: sum(switches, ({ events }) => events?.gaps), unit: '' }, 0),
    known({
      name: 'operations of users that failed meanwhile',
      measured: sum(switches, ({ failedOperations }) => failedOperations ?? undefined),
      unit: '',
    }),
    took('peer-to-peer'),
    took('client-server'),
  ];
}
