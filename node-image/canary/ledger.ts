// What canaries may do and what they were let do. Pure: told of each change and each request, it counts. A request counts by the moment at
// which it was sent; one that a change overtakes on its way decides nothing.
import type { Right } from '../contract/access-rights.ts';
import type {
  CanaryFigures,
  CanaryReceipt,
  CanaryUser,
  Kept,
  RightsGained,
} from '../contract/canary-protocol.ts';
import { Loss } from './loss.ts';
import type { Outcome, Probe } from './probe.ts';

/** What was to be expected of a request: `changing` decides nothing. */
export type Expected = 'allowed' | 'forbidden' | 'changing';

interface Standing {
  allowed: boolean;
  /** Since when it is so beyond doubt. */
  sinceMs: number;
  /** A change was handed in and is not acknowledged yet. */
  changing: boolean;
  loss: Loss | undefined;
  gain: Gain | undefined;
}

interface Gain {
  readonly about: Omit<RightsGained, 'nodes'>;
  readonly nodes: Map<string, number | null>;
}

interface Written {
  readonly canary: string;
  readonly node: string;
  readonly sentMs: number;
}

/** Messages that are remembered, to know who wrote them; the oldest make room. */
const mostWritten = 50_000;

export class Ledger {
  readonly #standings = new Map<string, Map<Right, Standing>>();
  readonly #ends = new Map<string, { readonly id: string; readonly atMs: number }>();
  readonly #losses: Loss[] = [];
  readonly #gains: Gain[] = [];
  readonly #kept = new Map<string, { canary: string; node: string } & Record<Outcome, number>>();
  readonly #written = new Map<string, Written>();

  /** A canary that asks from now on. */
  enter({ name, asks, may, ends }: Pick<CanaryUser, 'name' | 'asks' | 'may' | 'ends'>, nowMs: number): void {
    const standing = (allowed: boolean, loss?: Loss): Standing => ({
      allowed,
      sinceMs: nowMs,
      changing: false,
      loss,
      gain: undefined,
    });
    const others = asks.filter((right) => !may.includes(right));
    const about = { id: 'not-granted', canary: name, rights: others, told: [] };
    const at = { issuedAtMs: nowMs, acknowledgedAtMs: nowMs };
    const loss = others.length === 0 ? undefined : this.#lose({ ...about, ...at }, []);
    const standings = asks.map((right) =>
      others.includes(right) ? ([right, standing(false, loss)] as const) : ([right, standing(true)] as const),
    );
    this.#standings.set(name, new Map(standings));
    if (ends !== null) this.#ends.set(name, { ...ends, atMs: Math.max(ends.atMs, nowMs) });
  }

  /** A change of a canary's rights was handed in. */
  changing(canary: string): void {
    for (const standing of this.#standings.get(canary)?.values() ?? []) standing.changing = true;
  }

  /** It was acknowledged: these are the rights now. */
  changed(
    id: string,
    canary: string,
    rights: readonly Right[],
    receipt: CanaryReceipt,
    streams: readonly string[],
  ): void {
    const standings = this.#standings.get(canary);
    if (standings === undefined) return;
    const of = (allowed: boolean) =>
      [...standings].flatMap(([right, each]) => (each.allowed === allowed ? [right] : []));
    const lost = of(true).filter((right) => !rights.includes(right));
    const gained = rights.filter((right) => standings.get(right)?.allowed !== true);
    const loss =
      lost.length === 0 ? undefined : this.#lose({ id, canary, rights: lost, ...receipt }, streams);
    const gain = gained.length === 0 ? undefined : this.#gain({ id, canary, rights: gained, ...receipt });
    const sinceMs = receipt.acknowledgedAtMs;
    for (const [right, standing] of standings) {
      standing.changing = false;
      // What it keeps, too: a request from before may have gone out with a token that is worth nothing any more.
      standing.sinceMs = sinceMs;
      if (lost.includes(right))
        standings.set(right, { ...standing, allowed: false, sinceMs, loss, gain: undefined });
    }
    for (const right of gained)
      standings.set(right, { allowed: true, sinceMs, changing: false, loss: undefined, gain });
  }

  /** It came to nothing. */
  unchanged(canary: string): void {
    for (const standing of this.#standings.get(canary)?.values() ?? []) standing.changing = false;
  }

  /** @returns what was to be expected of it. */
  probed(probe: Probe): Expected {
    this.#endToken(probe.canary, probe.sentMs);
    const standing = this.#standings.get(probe.canary)?.get(probe.right);
    if (standing === undefined || standing.changing || probe.sentMs < standing.sinceMs) return 'changing';
    // Its token expired on the way: whoever was asked may have looked before or after that.
    if ((probe.answeredMs ?? probe.sentMs) >= (this.#ends.get(probe.canary)?.atMs ?? Infinity))
      return 'changing';
    if (!standing.allowed) {
      standing.loss?.probed(probe);
      return 'forbidden';
    }
    if (this.#awaited(standing.gain, probe)) return 'changing';
    const key = `${probe.canary}\n${probe.node}`;
    const { canary, node, outcome } = probe;
    const kept = this.#kept.get(key) ?? { canary, node, served: 0, refused: 0, failed: 0 };
    kept[outcome] += 1;
    this.#kept.set(key, kept);
    return 'allowed';
  }

  /** A canary hands this message in at a node, which may or may not take it. */
  wrote(message: string, written: Written): void {
    const [oldest] = this.#written.keys();
    if (this.#written.size >= mostWritten && oldest !== undefined) this.#written.delete(oldest);
    this.#written.set(message, written);
  }

  /** A message reached a canary at a node. */
  received(canary: string, node: string, message: string): void {
    const written = this.#written.get(message);
    if (written === undefined) return;
    const reader = this.#standings.get(canary)?.get('read')?.loss;
    if (reader !== undefined && written.sentMs > reader.acknowledgedAtMs && written.canary !== canary)
      reader.received(message);
    const writer = this.#standings.get(written.canary)?.get('publish')?.loss;
    if (writer !== undefined && written.sentMs > writer.acknowledgedAtMs && written.node !== node)
      writer.spreads(message);
  }

  streamEnded(canary: string, node: string, atMs: number): void {
    this.#standings.get(canary)?.get('read')?.loss?.streamEnded(node, atMs);
  }

  mayNow(canary: string, right: Right): boolean {
    return this.#standings.get(canary)?.get(right)?.allowed === true;
  }

  get figures(): CanaryFigures {
    const gained = this.#gains.map(({ about, nodes }) => ({
      ...about,
      nodes: [...nodes].map(([node, servedAfterMs]) => ({ node, servedAfterMs })),
    }));
    const kept: Kept[] = [...this.#kept.values()];
    return { lost: this.#losses.map((loss) => loss.figures), gained, kept };
  }

  /** Whether it is still to be seen that a node knows of a right that was given. */
  #awaited(gain: Gain | undefined, { node, outcome, sentMs }: Probe): boolean {
    if (gain === undefined || typeof gain.nodes.get(node) === 'number') return false;
    gain.nodes.set(node, outcome === 'served' ? sentMs - gain.about.acknowledgedAtMs : null);
    return outcome !== 'served';
  }

  #endToken(canary: string, nowMs: number): void {
    const ends = this.#ends.get(canary);
    if (ends === undefined || nowMs < ends.atMs) return;
    this.#ends.delete(canary);
    const receipt = { told: [], issuedAtMs: ends.atMs, acknowledgedAtMs: ends.atMs };
    this.changed(ends.id, canary, [], receipt, []);
  }

  #lose(about: ConstructorParameters<typeof Loss>[0], streams: readonly string[]): Loss {
    const loss = new Loss(about, streams);
    this.#losses.push(loss);
    return loss;
  }

  #gain(about: Gain['about']): Gain {
    const gain = { about, nodes: new Map<string, number | null>() };
    this.#gains.push(gain);
    return gain;
  }
}
