// Objectives on how long what a timeline does takes until it is done.
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import type { BesideObjectives, WantedChange, WrittenScope } from './objective-kind.ts';

/** What happens to the system at such a moment, and which change there has to be. */
interface Moment {
  readonly key: string;
  readonly done: string;
  readonly change?: WantedChange;
}

export function checkOfMoments(
  { key, done, change }: Moment,
  { path, value }: Entry<WrittenScope>,
  { capacity, timeline }: BesideObjectives,
  report: Report,
): void {
  if (value.load !== undefined)
    report(
      [...path, 'load'],
      `does not go with \`${key}\`, which is about the users of all loads; leave it out`,
      'key',
    );
  if (capacity !== undefined)
    report(
      [...path, key],
      `does not go with \`capacity\`: nothing is ${done} in a probe; ask for it in a scenario of its own`,
      'key',
    );
  if (change !== undefined && !timeline.some((entry) => entry.value[change] !== undefined))
    report([...path, key], `has no ${change} to measure; write \`${change}\` in the timeline`, 'key');
}
