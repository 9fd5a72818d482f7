// Gives nodes the link that is in force for their group: when they join, and when it changes.
import type { RunningContainer } from '../engine/engine.ts';
import type { Link } from '../scenario/groups/group.ts';
import type { NetAdmin } from './net-admin.ts';

/** A container under its node's name. */
export interface LinkedNode {
  readonly name: string;
  readonly container: Pick<RunningContainer, 'pid' | 'address'>;
}

export class GroupLinks {
  readonly #netAdmin: Pick<NetAdmin, 'shape'> | undefined;
  readonly #inForce: (group: string) => Link | null;

  /**
   * @param netAdmin undefined where the scenario shapes no links.
   * @param inForce the link of each node of a group at this moment; null where it is not shaped.
   */
  constructor(netAdmin: Pick<NetAdmin, 'shape'> | undefined, inForce: (group: string) => Link | null) {
    this.#netAdmin = netAdmin;
    this.#inForce = inForce;
  }

  /** Gives a node the link in force, also where that changes meanwhile. Nothing happens where its group's links are not shaped. */
  async give(group: string, { name, container }: LinkedNode): Promise<void> {
    for (let given: Link | null = null; given !== this.#inForce(group); ) {
      given = this.#inForce(group);
      await this.#netAdmin?.shape({ node: name, ...placeOf(container), link: given });
    }
  }

  /** Gives these nodes of a group the link that is in force since now, all at once. Nodes that have gone are no error. */
  async change(group: string, nodes: readonly LinkedNode[]): Promise<void> {
    const link = this.#inForce(group);
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
