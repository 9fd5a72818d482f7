// The user's interface of a node that can switch: what users write goes to all sides of the way in force, what they read comes from the first. Their
// events come from a log of the node's own, which both sides fill: so cursors stay true, whoever is asked.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Copied,
  type SideName,
  sidesOf,
  type Way,
  type WayTaken,
  type WayToTake,
} from '../contract/way.ts';
import { HttpProblem, unavailable } from '../http/http-problem.ts';
import { MessageKeys } from '../network/gossip-message.ts';
import { rightTimeMs } from '../process/right-time.ts';
import type { EventLog, LoggedEvent } from '../user/event-log.ts';
import type { EventService, RecordService } from '../user/user-service.ts';
import type { Side } from './side.ts';

/** A side that was opened and can't be counted on by then is given up. */
const openWithinMs = 30_000;
const lookAgainMs = 20;

export interface SwitchingOptions {
  readonly node: string;
  readonly log: EventLog;
  readonly open: Readonly<Record<SideName, () => Promise<Side>>>;
  /** Called for each operation that was served well, with the way in which it began. */
  readonly served: (way: Way) => void;
}

export class SwitchingService {
  readonly events: EventService;
  readonly records: RecordService;
  readonly #options: SwitchingOptions;
  readonly #keys = new MessageKeys();
  readonly #sides = new Map<SideName, Side>();
  readonly #underWay = new Set<Promise<unknown>>();
  #way: Way;
  #sinceMs = Date.now();
  #firstServedMs: number | null = null;

  /** Opens the sides of its first way, and is ready once they are. */
  constructor(way: Way, options: SwitchingOptions) {
    this.#way = way;
    this.#options = options;
    const first = sidesOf[way][0];
    this.records = {
      put: (id, record) => {
        const atMs = nowMs();
        return this.#all(({ records }) => records.put(id, record, atMs)).then(() => {});
      },
      get: (id) => this.#operation((way) => this.#side(sidesOf[way][0]).records.get(id)),
      delete: async (id) => {
        const atMs = nowMs();
        // The first side knows whether it was there.
        const [wasThere] = await this.#all(({ records }) => records.delete(id, atMs));
        return wasThere === true;
      },
    };
    this.events = {
      publish: async (message) => {
        const { node, log } = this.#options;
        const key = this.#keys.next().toString('hex');
        const event: LoggedEvent = { key, publishedAtMs: rightTimeMs(), publishedBy: node, message };
        await this.#all((side) => side.publish(event));
        return { id: log.add(event), publishedAtMs: event.publishedAtMs };
      },
      after: (query) => this.#options.log.after(query),
    };
    void options.open[first]().then((side) => this.#sides.set(first, side));
  }

  get taken(): WayTaken {
    return { way: this.#way, sinceMs: this.#sinceMs, firstServedMs: this.#firstServedMs };
  }

  unreadyBecause(): string | undefined {
    for (const name of sidesOf[this.#way]) {
      const side = this.#sides.get(name);
      const why = side === undefined ? `opening the ${name}` : side.unreadyBecause(1);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  /** The sides that are open, whether or not the way in force asks them. */
  side(name: SideName): Side | undefined {
    return this.#sides.get(name);
  }

  /**
   * Takes a way. Resolves when it is in force and all that began in another one is over: whoever hears of it may count on that. Fails with 503 where
   * a side that it needs can't be opened, and stays as it is.
   */
  async take({ way, nodes }: WayToTake): Promise<void> {
    for (const name of sidesOf[way]) await this.#ready(name, nodes);
    const before = [...this.#underWay];
    if (way !== this.#way) {
      this.#way = way;
      this.#sinceMs = Date.now();
      this.#firstServedMs = null;
    }
    await Promise.allSettled(before);
    for (const [name, side] of this.#sides) {
      if (sidesOf[way].includes(name)) continue;
      // What others have published there only, while they were a step behind.
      await side.catchUp();
      this.#sides.delete(name);
      await side.close();
    }
  }

  /** Hands over what this node is to hand over of the first side to the second. Fails with 409 where its way has only one. */
  async copy(): Promise<Copied> {
    const [first, second] = sidesOf[this.#way];
    if (second === undefined) throw new HttpProblem(409, `${this.#way} has nobody to copy to`);
    const [from, to] = [this.#side(first), this.#side(second)];
    let records = 0;
    for await (const page of from.held()) {
      await to.keep(page, []);
      records += page.length;
    }
    await from.catchUp();
    const events = this.#options.log.all.map(({ key = '', publishedAtMs, publishedBy, message }) => ({
      key,
      publishedAtMs,
      publishedBy,
      message,
    }));
    await to.keep([], events);
    return { records, events: events.length };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#sides.values()].map((side) => side.close()));
  }

  /** Opens a side where it is not, and waits until it can be counted on. */
  async #ready(name: SideName, nodes: number): Promise<void> {
    if (!this.#sides.has(name)) this.#sides.set(name, await this.#options.open[name]());
    const untilMs = performance.now() + openWithinMs;
    for (;;) {
      const why = this.#side(name).unreadyBecause(nodes);
      if (why === undefined) return;
      if (performance.now() > untilMs) throw unavailable(`the ${name}: ${why}`);
      await sleep(lookAgainMs);
    }
  }

  #side(name: SideName): Side {
    const side = this.#sides.get(name);
    if (side === undefined) throw unavailable(`opening the ${name}`);
    return side;
  }

  /** On all sides at once. Fails where one of them does: it is then unknown which of them have it. */
  async #all<Answer>(operation: (side: Side) => Promise<Answer>): Promise<Answer[]> {
    return await this.#operation((way) =>
      Promise.all(sidesOf[way].map((name) => operation(this.#side(name)))),
    );
  }

  async #operation<Answer>(operate: (way: Way) => Promise<Answer>): Promise<Answer> {
    const way = this.#way;
    const sinceMs = this.#sinceMs;
    const answer = operate(way);
    this.#underWay.add(answer);
    try {
      const answered = await answer;
      this.#options.served(way);
      if (sinceMs === this.#sinceMs) this.#firstServedMs ??= rightTimeMs();
      return answered;
    } finally {
      this.#underWay.delete(answer);
    }
  }
}

/**
 * Of what a node takes in, so that of two writes the later one is kept: milliseconds since 1970 with fractions, by a clock that no fault sets wrong and
 * that never stands.
 */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
