// Churn of one group as the plan is made: arrivals, ends of sessions, or the joins and leaves of a trace.
import type { Churn, TraceEvent } from '../scenario/groups/group.ts';
import type { Agenda } from './agenda.ts';
import { drawTimeMs } from './draw-time.ts';
import type { Members } from './members.ts';
import { randomStream } from './random-stream.ts';

/** After everything that the timeline does at the same time. */
const RANK = 2;

export interface ChurnCourseOptions {
  readonly churn: Churn;
  readonly members: Members;
  readonly seed: number;
  readonly agenda: Agenda;
  /** One new node joins. Answers its name. */
  readonly join: (offsetMs: number) => string;
  readonly leave: (node: string, how: 'clean' | 'kill', offsetMs: number) => void;
}

/**
 * Every node has random numbers of its own, made from the seed and its name: what happens to one changes nothing for
 * the others. With exponential arrivals and any sessions this is an M/G/∞ queue, so that about mean session ÷ mean time
 * between arrivals nodes are there once it has settled (Little's law), as far as the bounds allow it.
 */
export class ChurnCourse {
  readonly #options: ChurnCourseOptions;
  /** Nodes whose session has ended but who could not be spared. */
  readonly #overdue: string[] = [];
  /** The trace's nodes that have joined, by number. */
  readonly #traced = new Map<number, string>();

  constructor(options: ChurnCourseOptions) {
    this.#options = options;
  }

  /** Puts down what can be known at the start. */
  start(): void {
    const { churn, members } = this.#options;
    members.nodes.forEach((node, index) => {
      this.#traced.set(index + 1, node);
      this.#planLeave(node, 0);
    });
    for (const event of churn.trace ?? []) this.#at(churn.fromMs + event.offsetMs, () => this.#follow(event));
    if (churn.arrivals !== null) this.#planArrival(churn.fromMs, this.#random('arrivals'));
  }

  /** To be called for each node that joins, whatever the cause. */
  joined(node: string, offsetMs: number): void {
    this.#planLeave(node, offsetMs);
    const { members, churn } = this.#options;
    if (offsetMs >= churn.untilMs) return;
    while (members.count > churn.minAlive) {
      const next = this.#overdue.shift();
      if (next === undefined) return;
      if (members.has(next)) this.#leaveNow(next, offsetMs);
    }
  }

  #at(offsetMs: number, happen: () => void): void {
    const { agenda, churn } = this.#options;
    if (offsetMs < churn.untilMs) agenda.at(offsetMs, RANK, happen);
  }

  #planArrival(afterMs: number, random: () => number): void {
    const { arrivals } = this.#options.churn;
    if (arrivals === null) return;
    const offsetMs = afterMs + drawTimeMs(arrivals, random);
    this.#at(offsetMs, () => {
      this.#arrive(offsetMs);
      this.#planArrival(offsetMs, random);
    });
  }

  /** Undefined where the network is full. */
  #arrive(offsetMs: number): string | undefined {
    const { members, churn, join } = this.#options;
    return members.count >= churn.maxAlive ? undefined : join(offsetMs);
  }

  #planLeave(node: string, joinedMs: number): void {
    const { sessions, fromMs } = this.#options.churn;
    if (sessions === null) return;
    const offsetMs = Math.max(joinedMs, fromMs) + drawTimeMs(sessions, this.#random('session', node));
    this.#at(offsetMs, () => this.#leave(node, offsetMs));
  }

  #leave(node: string, offsetMs: number): void {
    const { members, churn } = this.#options;
    if (!members.has(node)) return;
    if (members.count > churn.minAlive) this.#leaveNow(node, offsetMs);
    else if (!this.#overdue.includes(node)) this.#overdue.push(node);
  }

  #leaveNow(node: string, offsetMs: number): void {
    const clean = this.#random('leave', node)() < this.#options.churn.cleanShare;
    this.#options.leave(node, clean ? 'clean' : 'kill', offsetMs);
  }

  #follow({ offsetMs, kind, node }: TraceEvent): void {
    const { churn, members } = this.#options;
    const nowMs = churn.fromMs + offsetMs;
    if (kind === 'join') {
      const joined = this.#arrive(nowMs);
      if (node === null) return;
      if (joined === undefined) this.#traced.delete(node);
      else this.#traced.set(node, joined);
      return;
    }
    const anyone = members.nodes[Math.floor(this.#random('trace', String(nowMs))() * members.count)];
    const leaving = node === null ? anyone : this.#traced.get(node);
    if (leaving !== undefined) this.#leave(leaving, nowMs);
  }

  #random(...purpose: readonly string[]): () => number {
    const { seed, members } = this.#options;
    return randomStream(seed, members.group.name, ...purpose);
  }
}
