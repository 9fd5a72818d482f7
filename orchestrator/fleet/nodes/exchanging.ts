// Which nodes can be asked for their neighbours at this moment.
import type { Candidate } from './best-connected.ts';
import type { Group } from '../../scenario/groups/group.ts';
import { exchanges } from '../../scenario/groups/swarm-size.ts';
import type { Roster } from './roster.ts';

/** The nodes that are ready, of the groups that are wanted: by default of those whose nodes exchange with each other. */
export function exchangingNodes(roster: Roster, wanted: (group: Group) => boolean = exchanges): Candidate[] {
  return roster
    .readyOf(wanted)
    .map(({ name, group, container }) => ({ name, address: container.address, port: group.port }));
}
