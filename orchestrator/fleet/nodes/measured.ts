// What is measured of a run at a moment: the containers whose counters are read, and the nodes that have an exposition of their own.
import type { MeasuredContainer, ScrapeTarget } from '../../agent/agent-client.ts';
import type { RunningContainer } from '../../engine/engine.ts';
import { balancerTarget, nodeTarget, type RunLabels } from '../../metrics/scrape-targets.ts';
import type { Group } from '../../scenario/groups/group.ts';
import { asAsked, isOwnBalancer } from './addresses.ts';
import type { FleetNode } from './node.ts';
import type { Roster } from './roster.ts';

export class Measured {
  readonly #roster: Roster;
  readonly #runLabels: RunLabels;
  readonly #observersId: string;
  readonly #hostOf: (containerId: string) => string;
  /** Containers that are not nodes of a group but are measured like them: generators, agent, Prometheus. */
  readonly #others = new Map<string, MeasuredContainer>();
  /** Those of them that have an exposition of their own. */
  readonly #otherTargets = new Map<string, ScrapeTarget>();

  /**
   * @param observersId the network on which balancers of ours are asked.
   * @param hostOf the name of the host that a container is on.
   */
  constructor(
    roster: Roster,
    runLabels: RunLabels,
    observersId: string,
    hostOf: (containerId: string) => string,
  ) {
    this.#roster = roster;
    this.#runLabels = runLabels;
    this.#observersId = observersId;
    this.#hostOf = hostOf;
  }

  /**
   * Measures a container that is not a node of a group.
   * @param metrics where its own exposition is, on the observers' network; by default it has none
   */
  add(
    labels: { group: string; node: string; role: string },
    { id, addresses }: RunningContainer,
    metrics?: { readonly port: number; readonly path: string },
  ): void {
    const host = this.#hostOf(id);
    this.#others.set(id, { id, labels: { ...labels, host } });
    if (metrics === undefined) return;
    const target = nodeTarget(
      { ...this.#runLabels, ...labels, host },
      addresses[this.#observersId] ?? '',
      metrics,
    );
    this.#otherTargets.set(id, target);
  }

  /** Undoes `add`. */
  remove({ id }: RunningContainer): void {
    this.#others.delete(id);
    this.#otherTargets.delete(id);
  }

  /** The nodes that have an exposition of their own to scrape. */
  targets(): ScrapeTarget[] {
    const nodes = this.#roster.all().flatMap((node) => {
      const { name, group, container } = node;
      if (container === undefined || group.metrics === null || !isAsked(node)) return [];
      const host = this.#hostOf(container.id);
      const labels = { ...this.#runLabels, ...labelsOf(group, name), host };
      const { address } = asAsked({ group, container }, this.#observersId);
      return [(isOwnBalancer(group) ? balancerTarget : nodeTarget)(labels, address, group.metrics)];
    });
    return [...nodes, ...this.#otherTargets.values()];
  }

  /** Whether the exposition of a node or observer of this name is among them. */
  isScraped(name: string): boolean {
    const node = this.#roster.find(name);
    if (node !== undefined)
      return node.container !== undefined && node.group.metrics !== null && isAsked(node);
    return [...this.#otherTargets.values()].some(({ labels }) => labels['node'] === name);
  }

  /** The containers whose counters are to be read. */
  containers(): MeasuredContainer[] {
    const nodes = this.#roster.all().flatMap(({ name, group, container, state }) => {
      if (container === undefined || state === 'exited' || state === 'down') return [];
      const { id } = container;
      const labels = { ...labelsOf(group, name), host: this.#hostOf(id) };
      return [{ id, labels }];
    });
    return [...this.#others.values(), ...nodes];
  }
}

function isAsked({ state }: FleetNode): boolean {
  return state === 'ready' || state === 'leaving';
}

function labelsOf({ name, role, zone }: Group, node: string) {
  return { group: name, node, role, ...(zone !== null && { zone }) };
}
