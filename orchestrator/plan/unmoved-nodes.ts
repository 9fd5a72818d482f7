// Nodes that the draining of their host can't move, for what they keep is on that host's disk: told beforehand, as which host has them only the run
// knows. Pure.
import { movesNodes } from '../faults/registry.ts';
import { storageOf } from '../scenario/groups/storage-of.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A sentence for each such fault, with its place in the scenario. */
export function unmovedNodes({ groups, timeline }: Pick<Scenario, 'groups' | 'timeline'>): string[] {
  const keeping = [...storageOf(groups).keys()].map((name) => `"${name}"`).join(' and ');
  if (keeping === '') return [];
  return timeline.flatMap(({ change, source }) =>
    change.kind === 'fault' && movesNodes(change.fault)
      ? [
          `${source}: nodes of ${keeping} can't be moved, as their volumes and backups are on one host: if that one is drained, they leave, nobody joins in their places, and the run is not valid`,
        ]
      : [],
  );
}
