// What became of rights that were lost: who served nevertheless, until when, and what got through.
import type { LostAtNode, RightsLost } from '../contract/canary-protocol.ts';
import type { Probe } from './probe.ts';

/** Requests served nevertheless whose time is kept; later ones are only counted. */
const mostTimes = 20_000;

type About = Pick<RightsLost, 'id' | 'canary' | 'rights' | 'told' | 'issuedAtMs' | 'acknowledgedAtMs'>;

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export class Loss {
  readonly #about: About;
  readonly #nodes = new Map<string, Writable<LostAtNode>>();
  readonly #servedAfterMs: number[] = [];
  readonly #received = new Set<string>();
  readonly #spread = new Set<string>();
  readonly #streams: number;
  readonly #open: Set<string>;
  #lastEndedAfterMs: number | null = null;

  /** @param streams nodes at which a stream is open now. */
  constructor(about: About, streams: readonly string[]) {
    this.#about = about;
    this.#open = new Set(streams);
    this.#streams = this.#open.size;
  }

  get acknowledgedAtMs(): number {
    return this.#about.acknowledgedAtMs;
  }

  /** A request that was sent since. */
  probed({ node, outcome, sentMs }: Probe): void {
    const none = { node, probes: 0, served: 0, failed: 0, lastServedAfterMs: null, stillServes: false };
    const seen: Writable<LostAtNode> = this.#nodes.get(node) ?? none;
    this.#nodes.set(node, seen);
    seen.probes += 1;
    if (outcome === 'failed') seen.failed += 1;
    else seen.stillServes = outcome === 'served';
    if (outcome !== 'served') return;
    const afterMs = sentMs - this.acknowledgedAtMs;
    seen.served += 1;
    seen.lastServedAfterMs = Math.max(afterMs, seen.lastServedAfterMs ?? 0);
    if (this.#servedAfterMs.length < mostTimes) this.#servedAfterMs.push(Math.round(afterMs));
  }

  received(message: string): void {
    this.#received.add(message);
  }

  spreads(message: string): void {
    this.#spread.add(message);
  }

  streamEnded(node: string, atMs: number): void {
    if (this.#open.delete(node)) this.#lastEndedAfterMs = Math.max(0, atMs - this.acknowledgedAtMs);
  }

  get figures(): RightsLost {
    return {
      ...this.#about,
      nodes: [...this.#nodes.values()].map((seen) => ({ ...seen })),
      servedAfterMs: [...this.#servedAfterMs],
      receivedAfterwards: this.#received.size,
      spread: this.#spread.size,
      streams: {
        open: this.#streams,
        stillOpen: this.#open.size,
        lastEndedAfterMs: this.#lastEndedAfterMs,
      },
    };
  }
}
