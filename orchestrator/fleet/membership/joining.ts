// How a node joins, or comes back: its container is launched, what is in force for it is applied, it is waited for, and balancers are told of it.
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Rotation } from '../../balancer/rotation.ts';
import type { Containers } from '../../cluster/containers.ts';
import type { AppliedFaults } from '../../faults/applied-faults.ts';
import type { Recorder } from '../../record/recorder.ts';
import { messageOf } from '../../errors.ts';
import type { Readiness } from '../../scenario/groups/group.ts';
import { asAsked, isOwnBalancer, serverOf } from '../nodes/addresses.ts';
import { awaitReady } from './await-ready.ts';
import { restoredReadiness } from '../containers/backup-parts.ts';
import type { FleetNode, PresentNode } from '../nodes/node.ts';
import { type NodeContext, nodeSpec } from '../containers/node-spec.ts';
import type { Departing } from './departing.ts';
import type { Enrolling } from './enrolling.ts';
import { groupAt } from '../nodes/group-at.ts';
import { OpenLines } from './open-lines.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Sightings } from './sightings.ts';

export interface JoiningOptions {
  readonly containers: Containers;
  /** Which of several hosts a container is on; undefined where there is but one. */
  readonly hostOf: (containerId: string) => string | undefined;
  readonly agent: Pick<AgentClient, 'probe'>;
  readonly context: NodeContext;
  readonly recorder: Recorder;
  readonly roster: Roster;
  readonly rotation: Rotation;
  readonly sightings: Sightings;
  /** Takes away a node whose program was to end and has. */
  readonly departing: Pick<Departing, 'completed'>;
  readonly enrolling: Pick<Enrolling, 'invite' | 'enrolled'>;
  readonly faults: Pick<AppliedFaults, 'launched' | 'ready'>;
  /** Tells a node and the others of each other, while it is getting ready. */
  readonly introduce: (node: PresentNode, signal: AbortSignal) => Promise<void>;
}

interface HowToJoin {
  readonly restored?: boolean;
  readonly takesFrom?: Readonly<Record<string, string>>;
}

/** How a node is seen to get ready. */
interface AskedFor {
  readonly readiness: Readiness;
  readonly openLines: OpenLines;
  /** When it was launched, or started again. */
  readonly startedMs: number;
}

export class Joining {
  readonly #options: JoiningOptions;

  constructor(options: JoiningOptions) {
    this.#options = options;
  }

  /**
   * Launches nodes of a group in parallel; each joins when it is ready. Rejects with the first failure after all have settled.
   * @param how `restored`: a store that comes back from its backup; `takesFrom`: new node → the one whose place it takes. Default: nodes that
   * begin empty, in places of their own.
   */
  async launch(
    groupName: string,
    names: readonly string[],
    signal: AbortSignal,
    { restored = false, takesFrom = {} }: HowToJoin = {},
  ): Promise<void> {
    const { context, roster } = this.#options;
    const { revision } = roster.inForce(groupName);
    const group = groupAt(roster.group(groupName), revision, context.scenario);
    const results = await Promise.allSettled(
      names.map((name) => {
        const as = { revision: revision.number, takesFrom: takesFrom[name], restored };
        const node = roster.enter(group, name, as);
        node.joined = this.#join(node, signal);
        return node.joined;
      }),
    );
    signal.throwIfAborted();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #join(node: FleetNode, signal: AbortSignal): Promise<void> {
    const { enrolling, faults, rotation, roster } = this.#options;
    roster.changed();
    const startedMs = performance.now();
    const openLines = new OpenLines();
    const waits = new AbortController();
    try {
      const present = await this.#start(node, openLines, waits.signal, signal);
      await rotation.claim(present.container.address);
      // Before anybody asks it anything: all that it is asked goes over its link.
      // One that has ended already has been given up by the faults, and must not come back to them.
      if (node.state === 'starting') await faults.launched(node.name, node.group);
      const asked = { readiness: readinessOf(node), openLines, startedMs };
      await this.#getReady(node, present, asked, signal);
      if (node.state === 'ready' && node.invitation !== undefined)
        await enrolling.enrolled(node, node.invitation);
    } catch (error) {
      // Killed on purpose before it was ready.
      if (node.state === 'leaving') return;
      if (node.state === 'starting') node.state = 'exited';
      throw error;
    } finally {
      waits.abort();
      roster.changed();
    }
  }

  async #start(
    node: FleetNode,
    openLines: OpenLines,
    listening: AbortSignal,
    signal: AbortSignal,
  ): Promise<PresentNode> {
    const { containers, context, enrolling, hostOf, recorder, roster, sightings } = this.#options;
    const { name, group, revision } = node;
    const inviting = enrolling.invite(node, signal);
    if (inviting !== undefined) node.invitation = await inviting;
    const spec = nodeSpec(node, roster.inForce(group.name).limits, context);
    const output = {
      onText: (...text: Parameters<OpenLines['push']>) => openLines.push(...text),
      signal: listening,
    };
    const looksAtLog = readinessOf(node).probe.kind === 'log';
    const container = await containers.launch(looksAtLog ? { ...spec, output } : spec, signal);
    roster.hasContainer(node, container);
    const host = hostOf(container.id);
    recorder.record({
      type: 'node-launched',
      node: name,
      group: group.name,
      containerId: container.id,
      image: context.imageFor(group.image),
      revision,
      address: container.address,
      ...(host !== undefined && { host }),
    });
    sightings.catchUp(container.id);
    roster.changed();
    return { name, group, container };
  }

  /**
   * A node whose program was started again. Resolves when it has what nodes have from their launch on; whether it gets ready is seen from
   * `node.joined`, and where it does not in time, a warning says so.
   */
  async again(node: FleetNode, signal: AbortSignal): Promise<void> {
    const { faults, recorder, rotation } = this.#options;
    const { name, group, container, gone } = node;
    if (container === undefined) return;
    const startedMs = performance.now();
    const present = { name, group, container };
    await rotation.claim(container.address);
    await faults.launched(name, group);
    // Not waited for: balancers may hang, and are told later.
    const isBack = group.role === 'balancer' ? undefined : rotation.returned(group, serverOf(present));
    // A store that came back from its backup has all that it needs by now, and its log says of the first time that it was ready.
    const asked = { readiness: group.readiness, openLines: new OpenLines(), startedMs };
    const isReady = this.#getReady(node, present, asked, signal);
    node.joined = Promise.all([isBack, isReady]).then(() => {});
    node.joined.catch((error: unknown) => {
      if (!gone.signal.aborted && !signal.aborted)
        recorder.warn(`${name} was started again: ${messageOf(error)}`);
    });
  }

  async #getReady(
    node: FleetNode,
    present: PresentNode,
    { readiness, openLines, startedMs }: AskedFor,
    signal: AbortSignal,
  ): Promise<void> {
    const { containers, agent, context, departing, faults, introduce, recorder } = this.#options;
    const { name, group } = present;
    const { gone } = node;
    const isToEnd = readiness.probe.kind === 'completed';
    const isReady = awaitReady(name, asAsked(present, context.observersId), readiness, {
      containers,
      agent,
      openLines,
      signal: isToEnd ? signal : AbortSignal.any([signal, gone.signal]),
    });
    const ready = () => {
      const tookMs = Math.round(performance.now() - startedMs);
      recorder.record({ type: 'node-ready', node: name, group: group.name, tookMs });
    };
    if (isToEnd) {
      await isReady;
      ready();
      return await departing.completed(node);
    }
    await Promise.all([isReady, introduce(present, signal)]);
    await this.#enterRotation(present);
    // Killed or stopped, or exited by itself, in the moment since.
    if (gone.signal.aborted || node.state !== 'starting') return;
    node.state = 'ready';
    await faults.ready(name);
    ready();
  }

  async #enterRotation(node: PresentNode): Promise<void> {
    const { rotation, context } = this.#options;
    const { name, group } = node;
    if (group.role !== 'balancer') return await rotation.enter(group, serverOf(node));
    if (!isOwnBalancer(group)) return;
    await rotation.open({ name, host: asAsked(node, context.observersId).address }, group);
  }
}

function readinessOf({ group, restored }: FleetNode): Readiness {
  return restored ? restoredReadiness(group) : group.readiness;
}
