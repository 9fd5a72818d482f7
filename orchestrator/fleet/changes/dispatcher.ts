// Carries out the changes of the plan on the nodes that are there.
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Containers } from '../../cluster/containers.ts';
import type { RunningContainer } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';
import type { AppliedFaults } from '../../faults/applied-faults.ts';
import type { AccessAction, ActionChange } from '../../plan/plan.ts';
import type { BegunFault } from '../../plan/with-fault.ts';
import type { Recorder } from '../../record/recorder.ts';
import { containerLimits, type Limits } from '../../scenario/groups/container-limits.ts';
import type { Backups } from './backups.ts';
import { chooseDeferred } from './choose-deferred.ts';
import type { FaultsOnHosts } from '../faults/faults-on-hosts.ts';
import type { Departing } from '../membership/departing.ts';
import type { Joining } from '../membership/joining.ts';
import type { Moving } from '../membership/moving.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Switching } from './switching.ts';
import type { Updating } from './updating.ts';

/** A fault that nodes which join get from now on. */
interface InForce {
  /** Where it is on hosts. */
  readonly hosts: readonly string[] | undefined;
  /** Settles when it is on the nodes that were there, with their names. */
  readonly hit: Promise<readonly string[]>;
}

type EndedFault = Extract<ActionChange, { readonly kind: 'fault-end' }>;

export interface DispatcherOptions {
  readonly containers: Pick<Containers, 'resize'>;
  /** Asks nodes for their neighbours. */
  readonly agent: Pick<AgentClient, 'http'>;
  readonly roster: Roster;
  readonly joining: Joining;
  readonly departing: Departing;
  readonly moving: Pick<Moving, 'begin'>;
  readonly updating: Updating;
  readonly switching: Switching;
  readonly faults: AppliedFaults;
  readonly onHosts: FaultsOnHosts;
  readonly backups: Backups;
  readonly recorder: Recorder;
  /** Carries out what changes rights; undefined where users have none. */
  readonly access: { perform(change: AccessAction): Promise<void> } | undefined;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  /** Faults by id, from when they are to begin until they are taken back; each settles once it is in force, and says when it is on the nodes. */
  readonly #beginning = new Map<string, Promise<InForce>>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Carries out one change. It is in force from the moment of the call on, for nodes that join meanwhile too. */
  async perform(change: ActionChange, signal: AbortSignal): Promise<void> {
    const { backups, roster, joining, departing, switching, updating } = this.#options;
    // The next update of a group waits for the one before it.
    if (change.kind === 'update') return await updating.update(change, signal);
    // Servers are there until nobody counts on them any more.
    if (change.kind === 'switch') return await switching.switch(change, signal);
    roster.putInForce(change);
    switch (change.kind) {
      case 'scale-out':
      case 'join':
        return await joining.launch(change.group, change.nodes, signal);
      case 'scale-in':
        return await departing.retire(this.#holdersOf(change.nodes), signal);
      case 'leave':
        if (change.how === 'clean') return await departing.retire(this.#holdersOf(change.nodes), signal);
        await departing.kill(roster.holderOf(change.nodes[0]), 'churn');
        return;
      case 'replace':
        return await updating.replace(change, signal);
      case 'resize':
        return await this.#resizeGroup(change.group);
      case 'backup':
        return await backups.make(change.group, change.type);
      case 'restore':
        return await backups.restore(change.group, change.nodes[0], signal);
      case 'grant':
      case 'revoke':
        return await this.#options.access?.perform(change);
      case 'fault':
        return await this.#begin(change, signal);
      case 'fault-end':
        return await this.#end(change);
    }
  }

  /** The plan names nodes of an update that may not be there yet. */
  #holdersOf(names: readonly string[]): string[] {
    return names.map((name) => this.#options.roster.holderOf(name));
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

  /** Puts a fault on the nodes that it hits. That it is on them is recorded once it is. */
  async #begin(planned: BegunFault, signal: AbortSignal): Promise<void> {
    const { id, fault } = planned;
    this.#options.moving.begin(planned, signal);
    const putInForce = this.#putInForce(planned);
    this.#beginning.set(id, putInForce);
    const { hit, hosts } = await putInForce;
    const nodes = await hit;
    this.#options.recorder.record({
      type: 'fault-began',
      fault: id,
      kind: fault.kind,
      ...(hosts === undefined ? {} : { hosts }),
      nodes,
    });
  }

  async #putInForce(planned: BegunFault): Promise<InForce> {
    const { faults, onHosts, roster } = this.#options;
    const onSome = onHosts.begin(planned);
    const nodes = onSome?.nodes ?? (await this.#nodesOf(planned));
    const hit = faults.begin({ ...planned, nodes });
    roster.changed();
    return { hit, hosts: onSome?.hosts };
  }

  async #nodesOf(planned: BegunFault): Promise<readonly string[]> {
    const { agent, roster } = this.#options;
    const isDeferred = planned.nodes.length === 0 && !planned.newcomers;
    if (isDeferred) return await chooseDeferred(planned, roster, agent);
    // Those that an update is still to bring, and who has their place meanwhile.
    return [...new Set([...planned.nodes, ...this.#holdersOf(planned.nodes)])];
  }

  async #end({ id, fault }: EndedFault): Promise<void> {
    const { faults, onHosts, recorder, roster } = this.#options;
    // It takes a while until it is on all nodes: one that were taken back before it has begun would stay, or never have been.
    await this.#beginning
      .get(id)
      ?.then(({ hit }) => hit)
      .catch(() => {});
    this.#beginning.delete(id);
    onHosts.end(id);
    const ended = faults.end(id);
    roster.changed();
    recorder.record({ type: 'fault-ended', fault: id, kind: fault.kind, nodes: await ended });
  }
}
