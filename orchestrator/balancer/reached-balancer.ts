// A balancer that may hang, or be cut off, for a while: what it could not be told then it is told as soon as it answers again, in order.
import { TopolabError } from '../errors.ts';
import { pause } from '../pause.ts';
import type { Balancer } from './balancer.ts';

/** How often one that did not answer is asked again. */
const ASK_AGAIN_MS = 500;

export interface Reach {
  /** Whether a fault is on this node now, so that nobody wonders where it does not answer. */
  readonly isHurt: (node: string) => boolean;
  /** Says to people what a balancer has to wait for. */
  readonly warn: (message: string) => void;
  /** Aborts when nothing more is to come: what could not be told by then is given up. */
  readonly over: AbortSignal;
}

/** Something that a balancer is to be told. */
interface Told<Result> {
  /** When it has been told. undefined where the balancer has gone, or did not answer until the end. */
  readonly done: Promise<Result | undefined>;
  /** Resolves where it does not answer, and has to be told later. */
  readonly queued: Promise<void>;
}

export class ReachedBalancer {
  readonly #name: string;
  readonly #balancer: Balancer;
  readonly #reach: Reach;
  /** What it is to be told of each server last, by the server's name, until it has been told. */
  readonly #waiting = new Map<string, Told<unknown>>();
  #hasGone = false;

  constructor(name: string, balancer: Balancer, reach: Reach) {
    this.#name = name;
    this.#balancer = balancer;
    this.#reach = reach;
  }

  /** It can't be told anything any more, and that is no error. */
  close(): void {
    this.#hasGone = true;
  }

  /**
   * Tells it something of a server, once all that it was to be told of that server before has been told. `done` rejects with what the balancer
   * refuses, where it does not answer although no fault is on it, and when the signal aborts.
   * @param what for people: `add servers-2`.
   */
  tell<Result>(
    server: string,
    what: string,
    command: (balancer: Balancer) => Promise<Result>,
    signal: AbortSignal = this.#reach.over,
  ): Told<Result> {
    const before = this.#waiting.get(server);
    const { promise: unanswered, resolve: onUnanswered } = Promise.withResolvers<void>();
    const done = (before?.done ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#untilTold(what, command, onUnanswered, signal));
    const queued = before === undefined ? unanswered : Promise.race([before.queued, unanswered]);
    const told = { done, queued };
    this.#waiting.set(server, told);
    const forget = () => {
      if (this.#waiting.get(server) === told) this.#waiting.delete(server);
    };
    done.then(forget, forget);
    return told;
  }

  async #untilTold<Result>(
    what: string,
    command: (balancer: Balancer) => Promise<Result>,
    onUnanswered: () => void,
    signal: AbortSignal,
  ): Promise<Result | undefined> {
    const { isHurt, warn, over } = this.#reach;
    for (let isFirst = true; !this.#hasGone; isFirst = false) {
      const wasHurt = isHurt(this.#name);
      try {
        return await command(this.#balancer);
      } catch (error) {
        if (!over.aborted) signal.throwIfAborted();
        if (this.#hasGone) break;
        if (isRefusal(error) || !(wasHurt || isHurt(this.#name))) throw error;
        if (isFirst) warn(`${this.#name} does not answer: it is told to ${what} as soon as it does`);
        onUnanswered();
        await pause(ASK_AGAIN_MS, AbortSignal.any([signal, over])).catch(() => {});
        if (!over.aborted) continue;
        warn(`${this.#name} did not answer until the end: it was never told to ${what}`);
        break;
      }
    }
    return undefined;
  }
}

/** It answered, and did not do it. */
function isRefusal(error: unknown): boolean {
  return error instanceof TopolabError && error.code === 'balancer-refused';
}
