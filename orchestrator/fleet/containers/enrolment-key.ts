// Who may invite new nodes, and where: whoever has a node's key. Administrators have that of all servers, each peer's own user has that of the peer.
import { createHmac } from 'node:crypto';
import { closedServers } from '../../scenario/groups/closed-servers.ts';
import type { Group } from '../../scenario/groups/group.ts';
import type { Scenario } from '../../scenario/scenario.ts';

interface Keeping {
  readonly scenario: Pick<Scenario, 'groups'>;
  /** New in every run, and known to nobody else. */
  readonly databasePassword: string;
}

/** Undefined where nobody is invited at the nodes of this group. @param place of the node, which it took over where it was updated. */
export function enrolmentKeyOf(group: Group, place: string, keeping: Keeping): string | undefined {
  if (group.foreignImage) return undefined;
  if (group.role === 'peer') return group.enrolment === null ? undefined : keyOf(place, keeping);
  const isClosed = closedServers(keeping.scenario.groups).has(group.name);
  return group.role === 'server' && isClosed ? keyOf('servers', keeping) : undefined;
}

function keyOf(holder: string, { databasePassword }: Keeping): string {
  return createHmac('sha256', databasePassword).update(`enrolment ${holder}`).digest('base64url');
}
