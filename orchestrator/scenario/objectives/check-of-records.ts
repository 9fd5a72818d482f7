// Objectives on records of the run's own. They are read back once, after the load: what was lost is known of the run as a whole.
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import type { BesideObjectives, WrittenScope } from './objective-kind.ts';

export function checkOfRecords(
  key: 'recordsLost' | 'rpo',
  { path, value }: Entry<WrittenScope>,
  { records, capacity, timeline }: BesideObjectives,
  report: Report,
): void {
  if (records === undefined)
    report(
      [...path, key],
      'measures the records that a run writes itself, but it writes none; write for example records: { target: servers }',
      'key',
    );
  for (const scope of ['phase', 'load'] as const)
    if (value[scope] !== undefined)
      report(
        [...path, scope],
        `does not go with \`${key}\`, which is about the whole run; leave it out`,
        'key',
      );
  if (key === 'rpo' && !timeline.some((entry) => entry.value.destroy !== undefined))
    report(
      [...path, key],
      'measures what a destruction costs, but nothing is destroyed; write `destroy` in the timeline',
      'key',
    );
  if (capacity !== undefined)
    report(
      [...path, key],
      'does not go with `capacity`: no records are written in a probe; leave it out',
      'key',
    );
}
