// The nodes of a fault that only the running network can name: the best-connected of those that are ready.
import type { AgentClient } from '../../agent/agent-client.ts';
import { TopolabError } from '../../errors.ts';
import { kindOf } from '../../faults/registry.ts';
import { countOf } from '../../faults/targets/choose-nodes.ts';
import type { BegunFault } from '../../plan/with-fault.ts';
import { exchanges } from '../../scenario/groups/swarm-size.ts';
import { bestConnected } from '../nodes/best-connected.ts';
import { exchangingNodes } from '../nodes/exchanging.ts';
import type { Roster } from '../nodes/roster.ts';

/** Fails with `no-victim` where nobody told whom he is connected to. */
export async function chooseDeferred(
  { fault }: BegunFault,
  roster: Roster,
  agent: Pick<AgentClient, 'http'>,
): Promise<string[]> {
  const { groups, who } = fault.target;
  const ready = exchangingNodes(roster, (own) =>
    groups.length === 0 ? exchanges(own) : groups.includes(own.name),
  );
  const count =
    who.kind === 'share' ? countOf(who.share, ready.length) : who.kind === 'count' ? who.count : 0;
  const chosen = await bestConnected(agent, ready, count);
  if (chosen.length > 0) return chosen;
  throw new TopolabError(
    `${kindOf(fault).noun} of the best-connected node: none of ${ready.length} ready nodes reported its neighbours`,
    { code: 'no-victim' },
  );
}
