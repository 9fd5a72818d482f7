// Events by gossip: published to all peers, kept here in the order in which they arrived.
import { EventWindow } from '../user/event-window.ts';
import type { EventService } from '../user/user-service.ts';
import type { GossipBus } from './gossip-bus.ts';
import { MessageKind } from './gossip-message.ts';
import type { NetworkMetrics } from './network-metrics.ts';
import type { PeerRights } from './peer-rights.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Newest events kept for this node's users. */
const keptEvents = { events: 10_000, bytes: 8 * 1024 * 1024 };

/** Who may have said what. */
export type Authors = Pick<PeerRights, 'seal' | 'mayHaveSaid'>;

export class PeerEvents implements EventService {
  readonly after: EventService['after'];
  readonly #bus: GossipBus;
  readonly #authors: Authors | undefined;
  readonly #node: string;
  readonly #joined: Promise<void>;
  #joinedAtMs = Number.POSITIVE_INFINITY;
  // Ids begin at the time of the start, so that they also grow over a restart and cursors stay true.
  readonly #window = new EventWindow(rightTimeMs() * 1000, keptEvents);

  /**
   * @param joined settles when there is somebody to tell, or nobody to be found
   * @param authors undefined = everybody may say everything
   */
  constructor(
    bus: GossipBus,
    node: string,
    joined: Promise<void>,
    metrics: NetworkMetrics,
    authors?: Authors,
  ) {
    this.#bus = bus;
    this.#authors = authors;
    this.#node = node;
    this.#joined = joined.then(() => {
      this.#joinedAtMs = rightTimeMs();
    });
    this.after = (query) => this.#window.after(query);
    bus.on(MessageKind.event, async ({ publishedAtMs, publishedBy, body }) => {
      const message = await this.#saidIn(body);
      if (message === undefined) {
        metrics.eventRefused();
        return false;
      }
      // Gossip hands on to newcomers what was said before they were there: worth keeping, but neither owed nor late.
      if (publishedAtMs >= this.#joinedAtMs)
        metrics.eventReceived(Math.max(0, rightTimeMs() - publishedAtMs) / 1000);
      this.#keep(publishedAtMs, publishedBy, message);
      return true;
    });
  }

  async publish(message: string, token = ''): Promise<{ id: number; publishedAtMs: number }> {
    await this.#joined;
    const said = this.#authors && { sealed: await this.#authors.seal(token, message), message };
    const publishedAtMs = rightTimeMs();
    const id = this.#keep(publishedAtMs, this.#node, message);
    const body = said === undefined ? message : JSON.stringify(said);
    await this.#bus.publish(MessageKind.event, publishedAtMs, Buffer.from(body));
    return { id, publishedAtMs };
  }

  /** Undefined where nobody who may publish has said it. */
  async #saidIn(body: Buffer): Promise<string | undefined> {
    if (this.#authors === undefined) return body.toString();
    const { sealed, message } = Object(JSON.parse(body.toString())) as Partial<Record<string, unknown>>;
    if (typeof sealed !== 'string' || typeof message !== 'string') return undefined;
    return (await this.#authors.mayHaveSaid(sealed, message)) ? message : undefined;
  }

  #keep(publishedAtMs: number, publishedBy: string, message: string): number {
    const id = this.#window.newestId + 1;
    this.#window.add([{ id, publishedAtMs, publishedBy, message }]);
    return id;
  }
}
