// The links in force: those of the scenario until an action changes them. Nodes get theirs when they join.
import type { RunningContainer } from '../engine/engine.ts';
import type { Group, Link } from '../scenario/scenario.ts';
import type { NetAdmin } from './net-admin.ts';

/** A container under its node's name. */
export interface LinkedNode {
  readonly name: string;
  readonly container: Pick<RunningContainer, 'pid' | 'address'>;
}

export class GroupLinks {
  readonly #netAdmin: Pick<NetAdmin, 'shape'> | undefined;
  readonly #links = new Map<string, Link>();

  /** @param netAdmin undefined where the scenario shapes no links. */
  constructor(netAdmin: Pick<NetAdmin, 'shape'> | undefined, groups: readonly Group[]) {
    this.#netAdmin = netAdmin;
    for (const { name, link } of groups) if (link !== null) this.#links.set(name, link);
  }

  /** null where the group's links are not shaped. */
  inForce(group: string): Link | null {
    return this.#links.get(group) ?? null;
  }

  /** Gives a node the link in force, also where that changes meanwhile. Nothing happens where its group's links are not shaped. */
  async give(group: string, { name, container }: LinkedNode): Promise<void> {
    for (let given: Link | undefined; given !== this.#links.get(group); ) {
      given = this.#links.get(group);
      await this.#netAdmin?.shape({ node: name, ...placeOf(container), link: given ?? null });
    }
  }

  /** Changes the link of these nodes of a group at once, and of those that join later. Nodes that have gone are no error. */
  async change(group: string, link: Link, nodes: readonly LinkedNode[]): Promise<void> {
    this.#links.set(group, link);
    await Promise.all(
      nodes.map(async ({ name, container }) => {
        await this.#netAdmin?.shape({ node: name, ...placeOf(container), link });
      }),
    );
  }
}

function placeOf({ pid, address }: LinkedNode['container']): { pid: number; address: string } {
  return { pid, address };
}
