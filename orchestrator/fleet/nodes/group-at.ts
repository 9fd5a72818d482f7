// A group as it is after an update: with the program that its nodes run from then on. Pure.
import { TopolabError } from '../../errors.ts';
import type { Revision } from '../../plan/group-state.ts';
import type { Group } from '../../scenario/groups/group.ts';
import type { Scenario } from '../../scenario/scenario.ts';

export function groupAt<Of extends Group>(
  group: Of,
  { update }: Revision,
  { timeline }: Pick<Scenario, 'timeline'>,
): Of {
  if (update === null) return group;
  const change = timeline.find(({ source }) => source === update.source)?.change;
  if (change?.kind !== 'update')
    throw new TopolabError(`find the program of ${group.name}: ${update.source} is no update`, {
      code: 'bug',
    });
  return { ...group, ...change.update.program };
}
