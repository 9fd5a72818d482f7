// Publishes events at an even rate during the load, follows them at every node by the cursor that each hands out, and compares what the logs hold with
// what was acknowledged.
import type { AgentClient } from '../../agent/agent-client.ts';
import { pause } from '../../pause.ts';
import type { CheckedEvents } from '../../record/switch-check.ts';

/** One without an answer by then has failed. */
const PUBLISH_TIMEOUT_MS = 5_000;
const MOST_WAITING = 64;
/** An event that was acknowledged a moment ago may still be on its way. */
const ARRIVES_WITHIN_MS = 3_000;
const LOOK_AGAIN_MS = 200;
const PAGE = 1000;
const FOLLOW_MS = 2_000;
const ANSWER_MS = 5_000;

/** Somebody who can be asked for its events. */
export interface EventSource {
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
}

export interface EventsLedgerOptions {
  readonly ratePerSecond: number;
  /** Asks nodes from inside their network. */
  readonly agent: Pick<AgentClient, 'http'>;
  /** Nodes at which events are published and followed, those that can be asked now. */
  readonly nodes: () => readonly EventSource[];
}

/** Message → how often it came. */
type Counts = Map<string, number>;

interface Page {
  readonly events: readonly { readonly message: string }[];
  readonly lastId: number;
}

export class EventsLedger {
  readonly #options: EventsLedgerOptions;
  readonly #acknowledged: string[] = [];
  /** By node. */
  readonly #followed = new Map<string, Counts>();
  /** Of events that were found wanting by the last look. */
  #known: Readonly<Record<'lost' | 'doubled' | 'gaps', ReadonlySet<string>>> = {
    lost: new Set(),
    doubled: new Set(),
    gaps: new Set(),
  };

  constructor(options: EventsLedgerOptions) {
    this.#options = options;
  }

  /** Publishes and follows until the signal aborts. Never rejects. */
  async write(signal: AbortSignal): Promise<void> {
    const { ratePerSecond, nodes } = this.#options;
    const following = nodes().map((node) => this.#follow(node, signal));
    const waiting = new Set<Promise<void>>();
    const startMs = performance.now();
    for (let number = 1; !signal.aborted; number++) {
      await pause(Math.max(0, startMs + (number * 1000) / ratePerSecond - performance.now()), signal).catch(
        () => {},
      );
      if (signal.aborted) break;
      if (waiting.size >= MOST_WAITING) continue;
      const done = this.#publish(`ledger-event-${number}`).finally(() => waiting.delete(done));
      waiting.add(done);
    }
    await Promise.all([...waiting, ...following]);
  }

  /** @param servers whose logs are looked at beside those of the nodes. Resolves with what is new since the look before. */
  async look(servers: readonly EventSource[], signal: AbortSignal): Promise<CheckedEvents> {
    const expected = [...this.#acknowledged];
    const sources = [...this.#options.nodes(), ...servers];
    const untilMs = performance.now() + ARRIVES_WITHIN_MS;
    for (;;) {
      const logs = await Promise.all(sources.map((source) => this.#log(source, signal)));
      const followed = [...this.#followed.values()];
      const wanting = (counts: readonly Counts[]) =>
        expected.filter((event) => counts.some((each) => (each.get(event) ?? 0) === 0));
      const [lost, gaps] = [wanting(logs), wanting(followed)];
      if (lost.length + gaps.length > 0 && performance.now() < untilMs) {
        await pause(LOOK_AGAIN_MS, signal);
        continue;
      }
      const doubled = expected.filter((event) =>
        [...logs, ...followed].some((each) => (each.get(event) ?? 0) > 1),
      );
      const before = this.#known;
      this.#known = { lost: new Set(lost), doubled: new Set(doubled), gaps: new Set(gaps) };
      return {
        acknowledged: expected.length,
        lost: lost.filter((event) => !before.lost.has(event)).length,
        doubled: doubled.filter((event) => !before.doubled.has(event)).length,
        gaps: gaps.filter((event) => !before.gaps.has(event)).length,
        logs: sources.map(({ name }) => name),
      };
    }
  }

  async #publish(message: string): Promise<void> {
    const nodes = this.#options.nodes();
    const node = nodes[Math.floor(Math.random() * nodes.length)];
    if (node === undefined) return;
    try {
      const options = { body: message, timeoutMs: PUBLISH_TIMEOUT_MS };
      const { status } = await this.#options.agent.http('POST', node.address, '/events', options);
      if (status === 201) this.#acknowledged.push(message);
    } catch {
      // Not acknowledged: nobody looks for it.
    }
  }

  /** As a user who reads on from where it was, whatever becomes of the network behind the node. */
  async #follow(node: EventSource, signal: AbortSignal): Promise<void> {
    const counts: Counts = new Map();
    this.#followed.set(node.name, counts);
    let cursor = 0;
    while (!signal.aborted) {
      try {
        cursor = await this.#page(node, cursor, FOLLOW_MS, counts, signal);
      } catch {
        await pause(LOOK_AGAIN_MS, signal).catch(() => {});
        // Nobody follows a node that has gone.
        if (!this.#options.nodes().some(({ name }) => name === node.name)) {
          this.#followed.delete(node.name);
          return;
        }
      }
    }
  }

  /** All that a node or server keeps. One that does not answer keeps nothing that anybody could read. */
  async #log(source: EventSource, signal: AbortSignal): Promise<Counts> {
    const counts: Counts = new Map();
    try {
      for (let cursor = 0; ; ) {
        const next = await this.#page(source, cursor, 0, counts, signal);
        if (next === cursor) return counts;
        cursor = next;
      }
    } catch {
      signal.throwIfAborted();
      return counts;
    }
  }

  async #page(
    { address }: EventSource,
    after: number,
    waitMs: number,
    counts: Counts,
    signal: AbortSignal,
  ): Promise<number> {
    const path = `/events?after=${after}&limit=${PAGE}&waitMs=${waitMs}`;
    const answer = await this.#options.agent.http('GET', address, path, {
      timeoutMs: waitMs + ANSWER_MS,
      signal,
    });
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    const { events, lastId } = JSON.parse(answer.body.toString()) as Page;
    for (const { message } of events) counts.set(message, (counts.get(message) ?? 0) + 1);
    return lastId;
  }
}
