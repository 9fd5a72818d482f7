// Switches a network that serves: the new way is opened beside the old one, what was kept is copied, users are served by the new one, and the old one
// goes. Each step is taken by all nodes before any takes the next one, so that whatever one of them writes, the others read.
import type { AgentClient } from '../../agent/agent-client.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import {
  type Topology,
  type Way,
  type WayTaken,
  ways,
  type WayToTake,
} from '../../../node-image/contract/way.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import type { ActionChange } from '../../plan/plan.ts';
import type { SwitchStep } from '../../record/event.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Departing } from '../membership/departing.ts';
import type { Joining } from '../membership/joining.ts';
import type { PresentNode } from '../nodes/node.ts';
import type { Roster } from '../nodes/roster.ts';

type SwitchChange = Extract<ActionChange, { readonly kind: 'switch' }>;

/** A node waits up to 30 s for the others, and for what it has begun. */
const STEP_WITHIN_MS = 60_000;
/** What is kept may be much. */
const COPY_WITHIN_MS = 300_000;
/** Nodes that nobody asks serve nothing: by then the switch is over all the same, and the report says who has not served. */
const SERVED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;

export interface SwitchingOptions {
  readonly agent: Pick<AgentClient, 'http'>;
  readonly roster: Roster;
  readonly joining: Pick<Joining, 'launch'>;
  readonly departing: Pick<Departing, 'retire'>;
  readonly recorder: Recorder;
}

export class Switching {
  readonly #options: SwitchingOptions;
  /** Settles when the switches so far are over. */
  #turn: Promise<void> = Promise.resolve();
  /** Group → what it is since its last switch that went well. */
  readonly #now = new Map<string, Topology>();

  constructor(options: SwitchingOptions) {
    this.#options = options;
  }

  /** After the switch before it. Rejects with `switch-failed` where a step failed: then the network serves the old way again. */
  async switch(change: SwitchChange, signal: AbortSignal): Promise<void> {
    const work = this.#turn.then(() => this.#carryOut(change, signal));
    this.#turn = work.catch(() => {});
    await work;
  }

  async #carryOut(change: SwitchChange, signal: AbortSignal): Promise<void> {
    const { recorder, roster } = this.#options;
    const { topology, holdMs } = change;
    const isToPeers = topology === 'peer-to-peer';
    // The switch before it was taken back.
    if ((this.#now.get(change.group) ?? 'client-server') === topology)
      throw new TopolabError(`switch ${change.group} to ${topology} (${change.id}): that is what it is`, {
        code: 'switch-failed',
      });
    const [first, both, moved, alone] = isToPeers ? ways : (ways.toReversed() as unknown as typeof ways);
    const step = (name: SwitchStep, work: () => Promise<unknown>) => this.#step(change, name, work);
    /** Those that some node may have left by now. */
    const left: Way[] = [];
    const take = async (from: Way, to: Way) => {
      left.unshift(from);
      await this.#take(change, to, signal);
    };
    try {
      if (!isToPeers) await step('launch', () => this.#launch(change, signal));
      await step('write to both', () => take(first, both));
      await step('copy', () => this.#copy(change, signal));
      if (holdMs > 0) await step('hold', () => pause(holdMs, signal));
      await step('read from the new', () => take(both, moved));
    } catch (error) {
      signal.throwIfAborted();
      await this.#goBack(change, left, messageOf(error), signal);
    }
    // From here on the old way lacks what is written: there is no going back.
    roster.putInForce(change);
    this.#now.set(change.group, topology);
    await step('write to the new alone', () => this.#take(change, alone, signal));
    await Promise.all([
      this.#awaitService(change, signal),
      isToPeers && step('retire', () => this.#retire(change, signal)),
    ]);
    recorder.record({ type: 'switch-ended', switch: change.id, outcome: 'switched' });
  }

  async #step({ id }: SwitchChange, step: SwitchStep, work: () => Promise<unknown>): Promise<void> {
    const beganMs = performance.now();
    await work();
    const tookMs = Math.round(performance.now() - beganMs);
    this.#options.recorder.record({ type: 'switch-step', switch: id, step, tookMs });
  }

  /** In their order: servers need their database, and a balancer its servers. */
  async #launch({ service }: SwitchChange, signal: AbortSignal): Promise<void> {
    for (const { group, nodes } of service) await this.#options.joining.launch(group, nodes, signal);
  }

  async #retire({ service }: SwitchChange, signal: AbortSignal): Promise<void> {
    for (const { nodes } of service.toReversed()) await this.#options.departing.retire(nodes, signal);
  }

  /** A node that has gone meanwhile is passed over. */
  async #take(change: SwitchChange, way: Way, signal: AbortSignal): Promise<void> {
    const nodes = this.#nodesOf(change);
    const told: WayToTake = { way, nodes: nodes.length };
    await Promise.all(
      nodes.map((node) => this.#ask(node, 'POST', '/way', STEP_WITHIN_MS, signal, JSON.stringify(told))),
    );
  }

  /** Servers hand over all they have to any node; of peers, each has a part. */
  async #copy(change: SwitchChange, signal: AbortSignal): Promise<void> {
    const nodes = this.#nodesOf(change);
    const copy = (node: PresentNode) => this.#ask(node, 'POST', '/way/copies', COPY_WITHIN_MS, signal);
    if (change.topology === 'client-server') {
      // One after the other: what the first has handed over, the servers have.
      for (const node of nodes) await copy(node);
      return;
    }
    for (const node of nodes) if (await copy(node)) return;
    throw new TopolabError('nobody was left to copy what the servers have', { code: 'switch-failed' });
  }

  /** Back by the way it came. What fails here is not tried again. @param left the ways that it left, the last one first */
  async #goBack(
    change: SwitchChange,
    left: readonly Way[],
    why: string,
    signal: AbortSignal,
  ): Promise<never> {
    const { recorder } = this.#options;
    for (const way of left)
      await this.#take(change, way, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        recorder.warn(`take ${change.group} back to ${way}: ${messageOf(error)}`);
      });
    if (change.topology === 'client-server') await this.#retire(change, signal);
    recorder.record({ type: 'switch-ended', switch: change.id, outcome: 'taken-back' });
    throw new TopolabError(`switch ${change.group} to ${change.topology} (${change.id}): ${why}`, {
      code: 'switch-failed',
      hint: 'The network serves the old way again, with everything it had.',
    });
  }

  /** Tells of each node when it had first served the new way. */
  async #awaitService(change: SwitchChange, signal: AbortSignal): Promise<void> {
    const { recorder } = this.#options;
    const untilMs = performance.now() + patient(SERVED_WITHIN_MS);
    const seen = new Set<string>();
    for (;;) {
      const waiting = this.#nodesOf(change).filter(({ name }) => !seen.has(name));
      if (waiting.length === 0 || performance.now() > untilMs) return;
      for (const node of waiting) {
        const body = await this.#ask(node, 'GET', '/way', STEP_WITHIN_MS, signal);
        const firstServedMs = body === undefined ? null : (JSON.parse(body) as WayTaken).firstServedMs;
        if (firstServedMs === null) continue;
        seen.add(node.name);
        recorder.record({
          type: 'switch-served',
          switch: change.id,
          node: node.name,
          servedAtMs: firstServedMs,
        });
      }
      await pause(LOOK_AGAIN_MS, signal);
    }
  }

  #nodesOf({ group }: SwitchChange): readonly PresentNode[] {
    return this.#options.roster.readyOf(({ name }) => name === group);
  }

  /** Undefined where the node has gone. Rejects with `switch-failed` where it refuses, or does not answer in time. */
  async #ask(
    { name, group, container }: PresentNode,
    method: 'GET' | 'POST',
    path: string,
    withinMs: number,
    signal: AbortSignal,
    body?: string,
  ): Promise<string | undefined> {
    const { agent, roster } = this.#options;
    const isThere = () => roster.find(name)?.state === 'ready';
    try {
      const answer = await agent.http(method, `${container.address}:${group.port}`, path, {
        ...(body !== undefined && { body }),
        timeoutMs: patient(withinMs),
        signal,
      });
      if (answer.status === 200) return answer.body.toString();
      throw new TopolabError(`${name} answered ${answer.status}, ${answer.body.toString().slice(0, 200)}`, {
        code: 'switch-failed',
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!isThere()) return undefined;
      throw error;
    }
  }
}
