// The other nodes, as one that can switch asks them: records and events over the peer-to-peer network.
import pLimit from 'p-limit';
import type { CopiedRecord } from '../contract/way.ts';
import type { NetworkMetrics } from '../network/network-metrics.ts';
import type { NetworkService } from '../network/network-service.ts';
import type { NetworkSettings } from '../network/network-settings.ts';
import type { EventLog, LoggedEvent } from '../user/event-log.ts';
import type { Neighbour } from '../user/user-service.ts';
import type { Side } from './side.ts';

/** Records that are written to their places at a time. */
const copiesAtOnce = 8;

export class PeerSide implements Side {
  readonly #network: NetworkService;

  /** @throws NodeError `network-not-started` */
  static async open(settings: NetworkSettings, metrics: NetworkMetrics, log: EventLog): Promise<PeerSide> {
    const { startNetworkService } = await import('../network/network-service.ts');
    return new PeerSide(await startNetworkService(settings, metrics, log));
  }

  private constructor(network: NetworkService) {
    this.#network = network;
  }

  get records(): Side['records'] {
    return this.#network.records;
  }

  async publish({ message, ...origin }: LoggedEvent): Promise<void> {
    await this.#network.events.publish(message, undefined, origin);
  }

  unreadyBecause(nodes: number): string | undefined {
    const members = this.#network.members();
    return (
      this.#network.unreadyBecause() ?? (members < nodes ? `knows ${members} of ${nodes} nodes` : undefined)
    );
  }

  neighbours(): readonly Neighbour[] {
    return this.#network.neighbours();
  }

  /** Each node those that it keeps copies of: where one goes, the others still have them. */
  async *held(): AsyncGenerator<readonly CopiedRecord[]> {
    yield this.#network.records.all;
  }

  /** Events are in every node's own log by now. */
  async keep(records: readonly CopiedRecord[]): Promise<void> {
    const limit = pLimit(copiesAtOnce);
    await Promise.all(records.map((record) => limit(() => this.#network.records.take(record))));
  }

  async catchUp(): Promise<void> {}

  async close(): Promise<void> {
    await this.#network.stop();
  }
}
