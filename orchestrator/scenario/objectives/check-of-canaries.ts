// Objectives on what canaries see: what is refused, whatever the loads do.
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import type { BesideObjectives, WrittenScope } from './objective-kind.ts';

export function checkOfCanaries(
  key: 'refused' | 'unauthorised',
  { path, value: { load } }: Entry<WrittenScope>,
  { hasAccess, capacity, timeline }: BesideObjectives,
  report: Report,
): void {
  if (load !== undefined)
    report([...path, 'load'], `does not go with \`${key}\`, which canaries measure; leave it out`, 'key');
  if (!hasAccess)
    report(
      [...path, key],
      'is about rights, but this scenario has no `access`; write that section too',
      'key',
    );
  else if (capacity !== undefined)
    report(
      [...path, key],
      'does not go with `capacity`: a probe has no canaries; write a scenario of its own for it',
      'key',
    );
  else if (key === 'refused' && !timeline.some(({ value }) => value.revoke !== undefined))
    report([...path, key], 'needs something to be refused: write a `revoke` in the timeline', 'key');
}
