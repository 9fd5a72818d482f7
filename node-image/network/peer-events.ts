// Events by gossip: published to all peers, kept here in the order in which they arrived.
import { EventLog } from '../user/event-log.ts';
import type { EventOrigin, EventService } from '../user/user-service.ts';
import type { GossipBus } from './gossip-bus.ts';
import { MessageKeys, MessageKind } from './gossip-message.ts';
import type { NetworkMetrics } from './network-metrics.ts';
import type { PeerRights } from './peer-rights.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Who may have said what. */
export type Authors = Pick<PeerRights, 'seal' | 'mayHaveSaid'>;

export class PeerEvents implements EventService {
  readonly after: EventService['after'];
  readonly #bus: GossipBus;
  readonly #authors: Authors | undefined;
  readonly #node: string;
  readonly #joined: Promise<void>;
  readonly #keys = new MessageKeys();
  readonly #log: EventLog;
  #joinedAtMs = Number.POSITIVE_INFINITY;

  /**
   * @param joined settles when there is somebody to tell, or nobody to be found
   * @param authors undefined = everybody may say everything
   * @param log in which events are kept. Default: one of its own.
   */
  constructor(
    bus: GossipBus,
    node: string,
    joined: Promise<void>,
    metrics: NetworkMetrics,
    authors?: Authors,
    log = new EventLog(),
  ) {
    this.#bus = bus;
    this.#authors = authors;
    this.#node = node;
    this.#log = log;
    this.#joined = joined.then(() => {
      this.#joinedAtMs = rightTimeMs();
    });
    this.after = (query) => log.after(query);
    bus.on(MessageKind.event, async ({ key, publishedAtMs, publishedBy, body }) => {
      const message = await this.#saidIn(body);
      if (message === undefined) {
        metrics.eventRefused();
        return false;
      }
      // Gossip hands on to newcomers what was said before they were there: worth keeping, but neither owed nor late.
      if (publishedAtMs >= this.#joinedAtMs)
        metrics.eventReceived(Math.max(0, rightTimeMs() - publishedAtMs) / 1000);
      log.add({ key: key.toString('hex'), publishedAtMs, publishedBy, message });
      return true;
    });
  }

  async publish(
    message: string,
    token = '',
    origin?: EventOrigin,
  ): Promise<{ id: number; publishedAtMs: number }> {
    await this.#joined;
    const said = this.#authors && { sealed: await this.#authors.seal(token, message), message };
    const { key, publishedAtMs, publishedBy } = origin ?? {
      key: this.#keys.next().toString('hex'),
      publishedAtMs: rightTimeMs(),
      publishedBy: this.#node,
    };
    const id = this.#log.add({ key, publishedAtMs, publishedBy, message });
    const body = said === undefined ? message : JSON.stringify(said);
    await this.#bus.publish(MessageKind.event, publishedAtMs, Buffer.from(body), Buffer.from(key, 'hex'));
    return { id, publishedAtMs };
  }

  /** Undefined where nobody who may publish has said it. */
  async #saidIn(body: Buffer): Promise<string | undefined> {
    if (this.#authors === undefined) return body.toString();
    const { sealed, message } = Object(JSON.parse(body.toString())) as Partial<Record<string, unknown>>;
    if (typeof sealed !== 'string' || typeof message !== 'string') return undefined;
    return (await this.#authors.mayHaveSaid(sealed, message)) ? message : undefined;
  }
}
