// What people write under `records`: records that the run itself writes during the load and reads back after it, to know what was lost.
import { z } from 'zod';
import { writeDuration } from './text/units.ts';
import { checkGroupName } from './groups/check-group-name.ts';
import { checkStays } from './groups/check-stays.ts';
import { targetRoles } from './groups/role-of.ts';
import type { WrittenGroups } from './groups/written-groups.ts';
import type { Report } from './text/problem.ts';
import { name } from './text/names.ts';
import { rate, size } from './text/quantities.ts';

/** As once it is checked and its defaults are filled in. */
export interface RecordsToKeep {
  /** The group whose nodes are asked. */
  readonly target: string;
  readonly ratePerSecond: number;
  readonly sizeBytes: number;
  /** Events published per second at the same nodes, and looked for in every log after each switch; 0 = none. */
  readonly eventsPerSecond: number;
}

/** They go through the run's agent, one request each: a load of its own is for k6. */
const MOST_PER_SECOND = 200;
/** Every node keeps its newest 10,000, those of users among them. */
const MOST_EVENTS_PER_SECOND = 50;
const MOST_BYTES = 64 * 1024;
const LEAST_BYTES = 16;
/** Of one run: each is kept, and asked for after the load. With more, what was lost in the end would go unseen. */
export const MOST_RECORDS = 100_000;

export const recordsSchema = z
  .strictObject({
    target: name().describe('The server, balancer, client or peer group that is asked to keep them.'),
    rate: rate('20/s')
      .refine((perSecond) => perSecond > 0 && perSecond <= MOST_PER_SECOND, {
        error: `is not above 0/s and at most ${MOST_PER_SECOND}/s; write for example 20/s`,
      })
      .prefault('20/s')
      .describe('Records written per second, evenly spaced, up to 200/s.'),
    size: size('200B', MOST_BYTES)
      .refine((bytes) => bytes >= LEAST_BYTES, {
        error: 'is too small to tell records apart by their content; write 16B or more',
      })
      .prefault('200B')
      .describe('Size of each, 16B to 64KiB. The content follows from the seed and the id of the record.'),
    events: rate('5/s')
      .refine((perSecond) => perSecond <= MOST_EVENTS_PER_SECOND, {
        error: `is more than ${MOST_EVENTS_PER_SECOND}/s; write for example 5/s`,
      })
      .prefault('0/s')
      .describe(
        'Events published per second at the same nodes, up to 50/s: after each `switch`, they are looked for in the log of every node, and followed at each. Default: none.',
      ),
  })
  .meta({
    id: 'records',
    title: 'Records',
    description:
      'Records that Topolab itself writes during the load, beside its users, and reads back after it, each by its content. What was acknowledged and can’t be read is lost.',
  });

export type WrittenRecords = z.output<typeof recordsSchema>;

export function resolveRecords(
  { target, rate: ratePerSecond, size: sizeBytes, events: eventsPerSecond }: WrittenRecords,
  groups: WrittenGroups,
  durationMs: number | undefined,
  report: Report,
): RecordsToKeep {
  checkGroupName(target, targetRoles, ['records', 'target'], groups, report);
  checkStays(target, ['records', 'target'], groups, report);
  const value = groups.groups.find((group) => group.name === target)?.value;
  if (value?.role === 'peer' && value.services !== undefined && !value.services.includes('records'))
    report(['records', 'target'], `peers of "${target}" keep no records; add records to its \`services\``);
  const most = durationMs === undefined ? Infinity : Math.floor((MOST_RECORDS * 1000) / durationMs);
  if (ratePerSecond > most)
    report(
      ['records', 'rate'],
      `comes to more than ${MOST_RECORDS} records in the ${writeDuration(durationMs ?? 0)} of the run, and so many are kept; write ${most > 0 ? `${most}/s` : '1/m'} or less`,
    );
  return { target, ratePerSecond, sizeBytes, eventsPerSecond };
}
