// The canaries of a run: who they are, whom they ask, and the changes of rights that they hand in.
import { Agent } from 'node:http';
import { Counter, Registry } from 'prom-client';
import {
  type CanaryChange,
  type CanaryFigures,
  type CanaryNode,
  canaryProbesMetric,
  type CanaryReceipt,
  type CanaryToken,
  type CanaryUser,
  type NodeAddress,
} from '../contract/canary-protocol.ts';
import { HttpProblem } from '../http/http-problem.ts';
import { exactTimeMs } from '../process/right-time.ts';
import { askNode } from './ask-node.ts';
import { Ledger } from './ledger.ts';
import { OpenStream } from './open-stream.ts';
import type { Probe } from './probe.ts';
import { Prober } from './prober.ts';

interface Canary {
  readonly user: CanaryUser;
  token: string;
}

interface AtNode {
  readonly probers: readonly Prober[];
  readonly streams: ReadonlyMap<string, OpenStream>;
}

export class Canaries {
  readonly registry = new Registry();
  readonly #ledger = new Ledger();
  readonly #canaries = new Map<string, Canary>();
  readonly #nodes = new Map<string, CanaryNode>();
  readonly #at = new Map<string, AtNode>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #probes: Counter<'user' | 'at' | 'right' | 'expected' | 'outcome'>;
  readonly #nowMs: () => number;

  /** @param nowMs milliseconds since 1970, with fractions, and never backwards */
  constructor(nowMs: () => number = exactTimeMs) {
    this.#nowMs = nowMs;
    this.#probes = new Counter({
      name: canaryProbesMetric,
      help: 'Requests of canaries, by what was to be expected and what came of them',
      labelNames: ['user', 'at', 'right', 'expected', 'outcome'],
      registers: [this.registry],
    });
  }

  get figures(): CanaryFigures {
    return this.#ledger.figures;
  }

  /** From now on these nodes are asked, and no others. */
  setNodes(nodes: readonly CanaryNode[]): void {
    const wanted = new Map(nodes.map((node) => [node.node, node]));
    for (const name of this.#nodes.keys()) if (!wanted.has(name)) this.#leave(name);
    for (const [name, node] of wanted) {
      if (this.#nodes.has(name)) continue;
      this.#nodes.set(name, node);
      if (this.#canaries.size > 0) this.#ask(node);
    }
  }

  /** Asking begins. Fails with 409 where it has begun. */
  setUsers(users: readonly CanaryUser[]): void {
    if (this.#canaries.size > 0) throw new HttpProblem(409, 'the canaries ask already');
    for (const user of users) {
      this.#canaries.set(user.name, { user, token: user.token });
      this.#ledger.enter(user, this.#nowMs());
    }
    for (const node of this.#nodes.values()) this.#ask(node);
  }

  /** Users renew their tokens before they expire. */
  setTokens(tokens: readonly CanaryToken[]): void {
    for (const { name, token } of tokens) {
      const canary = this.#canaries.get(name);
      if (canary !== undefined) canary.token = token;
    }
  }

  /** Fails with 502 where no node takes it. */
  async change({ id, signed, tell, effects }: CanaryChange): Promise<CanaryReceipt> {
    for (const { name } of effects) this.#ledger.changing(name);
    // Before it is told: nodes may have closed them by the time of the acknowledgement.
    const open = new Map(effects.map(({ name }) => [name, this.#openStreamsOf(name)]));
    const issuedAtMs = this.#nowMs();
    try {
      const told: string[] = [];
      // One after the other: how long it takes to tell them all is part of what a change takes.
      for (const nodes of signed === null ? [] : tell) told.push(await this.#tell(signed ?? '', nodes));
      const receipt = { told, issuedAtMs, acknowledgedAtMs: this.#nowMs() };
      for (const { name, rights, token } of effects) {
        const canary = this.#canaries.get(name);
        if (canary !== undefined && token !== null) canary.token = token;
        this.#ledger.changed(id, name, rights, receipt, open.get(name) ?? []);
        const still = this.#openStreamsOf(name);
        for (const node of open.get(name) ?? [])
          if (!still.includes(node)) this.#ledger.streamEnded(name, node, receipt.acknowledgedAtMs);
      }
      return receipt;
    } catch (thrown) {
      for (const { name } of effects) this.#ledger.unchanged(name);
      throw thrown;
    }
  }

  stop(): void {
    for (const name of this.#nodes.keys()) this.#leave(name);
    this.#agent.destroy();
  }

  async #tell(signed: string, nodes: readonly NodeAddress[]): Promise<string> {
    const answers: string[] = [];
    for (const node of nodes) {
      const asking = { method: 'POST', path: '/access/changes', body: signed };
      const { status, body } = await askNode(node, asking, this.#agent);
      if (status === 204) return node.node;
      answers.push(`${node.node}: ${status === 0 ? 'no answer' : `status ${status} ${body.slice(0, 200)}`}`);
    }
    throw new HttpProblem(502, `no node takes the change (${answers.join('; ')})`);
  }

  #openStreamsOf(canary: string): string[] {
    return [...this.#at].flatMap(([node, { streams }]) =>
      streams.get(canary)?.isOpen === true ? [node] : [],
    );
  }

  #ask(node: CanaryNode): void {
    const canaries = [...this.#canaries.values()];
    const listening = canaries.filter(({ user }) => user.streams && node.events);
    this.#at.set(node.node, {
      probers: canaries.map((canary) => this.#prober(canary, node)),
      streams: new Map(listening.map((canary) => [canary.user.name, this.#stream(canary, node)])),
    });
  }

  #prober(canary: Canary, node: CanaryNode): Prober {
    const { name, asks, perSecond } = canary.user;
    return new Prober({
      canary: name,
      node,
      rights: asks,
      perSecond,
      token: () => canary.token,
      nowMs: this.#nowMs,
      probed: (probe) => this.#probed(probe),
      wrote: (message, sentMs) => this.#ledger.wrote(message, { canary: name, node: node.node, sentMs }),
      received: (message) => this.#ledger.received(name, node.node, message),
    });
  }

  #stream(canary: Canary, node: CanaryNode): OpenStream {
    const { name } = canary.user;
    return new OpenStream({
      node,
      token: () => canary.token,
      received: (message) => this.#ledger.received(name, node.node, message),
      ended: () => this.#ledger.streamEnded(name, node.node, this.#nowMs()),
      wanted: () => this.#ledger.mayNow(name, 'read'),
    });
  }

  #probed(probe: Probe): void {
    const expected = this.#ledger.probed(probe);
    const { canary: user, node: at, right, outcome } = probe;
    this.#probes.inc({ user, at, right, expected, outcome });
  }

  #leave(name: string): void {
    const at = this.#at.get(name);
    for (const prober of at?.probers ?? []) prober.stop();
    for (const stream of at?.streams.values() ?? []) stream.stop();
    this.#at.delete(name);
    this.#nodes.delete(name);
  }
}
