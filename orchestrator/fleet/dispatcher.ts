// Carries out the changes of the plan on the nodes that are there.
import type { AgentClient } from '../agent/agent-client.ts';
import type { Containers } from '../cluster/containers.ts';
import type { RunningContainer } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import { bestConnected } from '../faults/best-connected.ts';
import type { GroupLinks } from '../faults/group-links.ts';
import type { ActionChange } from '../plan/plan.ts';
import { containerLimits, type Limits } from '../scenario/groups/container-limits.ts';
import { exchanges } from '../scenario/groups/swarm-size.ts';
import type { Departing } from './departing.ts';
import { exchangingNodes } from './exchanging.ts';
import type { Joining } from './joining.ts';
import type { Roster } from './roster.ts';

type KillChange = Extract<ActionChange, { readonly kind: 'kill' }>;

export interface DispatcherOptions {
  readonly containers: Pick<Containers, 'resize'>;
  /** Asks nodes for their neighbours. */
  readonly agent: Pick<AgentClient, 'http'>;
  readonly roster: Roster;
  readonly joining: Joining;
  readonly departing: Departing;
  readonly links: GroupLinks;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Carries out one change. It is in force from the moment of the call on, for nodes that join meanwhile too. */
  async perform(change: ActionChange, signal: AbortSignal): Promise<void> {
    const { roster, joining, departing } = this.#options;
    roster.putInForce(change);
    switch (change.kind) {
      case 'scale-out':
      case 'join':
        return await joining.launch(change.group, change.nodes, signal);
      case 'scale-in':
        return await departing.retire(change.nodes, signal);
      case 'leave':
        if (change.how === 'clean') return await departing.retire(change.nodes, signal);
        return await departing.kill(change.nodes, 'churn');
      case 'resize':
        return await this.#resizeGroup(change.group);
      case 'link':
        return await this.#changeLink(change.group);
      case 'kill':
        return await departing.kill(await this.#victims(change), change.rule);
    }
  }

  /** Gives all nodes of a group that run now the limits that are in force since now. */
  async #resizeGroup(groupName: string): Promise<void> {
    const { roster } = this.#options;
    const { limits } = roster.inForce(groupName);
    const nodes = roster.of(groupName).filter(({ state }) => state === 'ready' || state === 'starting');
    await Promise.all(
      nodes.map(async (node) => {
        // A node whose container is being made got the old limits. One that fails to join is the joining action's error.
        if (node.container === undefined) await node.joined.catch(() => {});
        if (node.container !== undefined && node.state !== 'exited')
          await this.#resize(node.container, containerLimits(node.group, limits));
      }),
    );
    roster.changed();
  }

  /** A node that has gone meanwhile is no error. */
  async #resize({ id }: RunningContainer, limits: Limits): Promise<void> {
    try {
      await this.#options.containers.resize(id, limits);
    } catch (error) {
      if (!(error instanceof TopolabError && error.code === 'container-gone')) throw error;
    }
  }

  async #changeLink(group: string): Promise<void> {
    const { roster, links } = this.#options;
    const shaped = links.change(group, roster.presentOf(group));
    roster.changed();
    await shaped;
  }

  /** The nodes that a kill takes: the plan's, or those that only the running network can name. */
  async #victims({ nodes, group, count }: KillChange): Promise<readonly string[]> {
    if (nodes.length > 0) return nodes;
    const { agent, roster } = this.#options;
    const ready = exchangingNodes(roster, (own) => (group === null ? exchanges(own) : own.name === group));
    const victims = await bestConnected(agent, ready, count);
    if (victims.length > 0) return victims;
    throw new TopolabError(
      `kill the best-connected node: none of ${ready.length} ready nodes reported its neighbours`,
      { code: 'no-victim' },
    );
  }
}
