// One canary at one node: asks for one thing after the other that it may or may not do, at a steady rate, whatever the answers.
import { Agent } from 'node:http';
import type { Right } from '../contract/access-rights.ts';
import type { CanaryNode } from '../contract/canary-protocol.ts';
import { askNode, outcomeOf } from './ask-node.ts';
import type { Probe } from './probe.ts';

/** Requests under way at once; a node that hangs is not asked more. */
const mostUnderWay = 12;
/** Every message reaches every node: one a second is enough to tell. */
const publishEveryMs = 1000;

export interface ProberOptions {
  readonly canary: string;
  readonly node: CanaryNode;
  readonly rights: readonly Right[];
  readonly perSecond: number;
  readonly token: () => string;
  readonly nowMs: () => number;
  readonly probed: (probe: Probe) => void;
  readonly wrote: (message: string, sentMs: number) => void;
  readonly received: (message: string) => void;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #cheap: readonly Right[];
  readonly #publishes: boolean;
  readonly #timer: NodeJS.Timeout;
  #turn = 0;
  #underWay = 0;
  #written = 0;
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  /** The last event that it was handed; undefined = none yet. */
  #cursor: number | undefined;
  #stopped = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    const { node, rights, perSecond } = options;
    const offers = { read: node.events, fetch: node.file !== null };
    this.#cheap = (['read', 'fetch'] as const).filter((right) => rights.includes(right) && offers[right]);
    this.#publishes = rights.includes('publish') && node.events;
    this.#timer = setInterval(() => this.#tick(), 1000 / perSecond);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  #tick(): void {
    if (this.#underWay >= mostUnderWay) return;
    const right = this.#next();
    if (right === undefined) return;
    this.#underWay += 1;
    void this.#ask(right).finally(() => (this.#underWay -= 1));
  }

  #next(): Right | undefined {
    const nowMs = this.#options.nowMs();
    if (this.#publishes && nowMs - this.#publishedAtMs >= publishEveryMs) {
      this.#publishedAtMs = nowMs;
      return 'publish';
    }
    this.#turn += 1;
    return this.#cheap[this.#turn % this.#cheap.length];
  }

  async #ask(right: Right): Promise<void> {
    const { canary, node, token, nowMs, probed } = this.#options;
    const message = `${canary} at ${node.node}: ${(this.#written += 1)}`;
    const sentMs = nowMs();
    if (right === 'publish') this.#options.wrote(message, sentMs);
    const asking = { ...this.#request(right, message), token: token() };
    const { status, body } = await askNode(node, asking, this.#agent);
    if (this.#stopped) return;
    const outcome = outcomeOf(status);
    if (right === 'read' && status === 200) this.#read(body);
    probed({ canary, node: node.node, right, sentMs, answeredMs: nowMs(), outcome });
  }

  #request(right: Right, message: string): { method: string; path: string; body?: string } {
    if (right === 'publish') return { method: 'POST', path: '/events', body: message };
    if (right === 'fetch')
      return { method: 'HEAD', path: `/files/${encodeURIComponent(this.#options.node.file ?? '')}` };
    const after = this.#cursor === undefined ? '' : `&after=${this.#cursor}`;
    return { method: 'GET', path: `/events?limit=100${after}` };
  }

  #read(body: string): void {
    const page = JSON.parse(body) as { events: { message: string }[]; lastId: number };
    // Answers may overtake each other.
    this.#cursor = Math.max(this.#cursor ?? 0, page.lastId);
    for (const { message } of page.events) this.#options.received(message);
  }
}
