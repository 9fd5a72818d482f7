// A peer's part in the network: events, transactions and records over libp2p, behind the same interface as a server's.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RightsSource } from '../access/rights-source.ts';
import { type Key, publicKey } from '../contract/signed.ts';
import { messageOf } from '../process/node-error.ts';
import { log } from '../process/log.ts';
import type { EventLog } from '../user/event-log.ts';
import type { EventService, Neighbour, TransactionService } from '../user/user-service.ts';
import { Broadcast } from './broadcast.ts';
import { createHost, type Host } from './create-host.ts';
import { followDirectory } from './directory-client.ts';
import { GossipBus } from './gossip-bus.ts';
import { MessageKind, messageKindOf, messageKeyOf } from './gossip-message.ts';
import { type Answerer, Links } from './links.ts';
import { type Member, Members, parseMembers } from './members.ts';
import { Neighbours } from './neighbours.ts';
import { NetworkMetrics } from './network-metrics.ts';
import type { NetworkSettings } from './network-settings.ts';
import { PeerEvents } from './peer-events.ts';
import { PeerRecords } from './peer-records.ts';
import { PeerRights } from './peer-rights.ts';
import { PeerTransactions } from './peer-transactions.ts';
import { Reconciliation } from './reconcile.ts';
import { Revocations } from './revocations.ts';

export interface NetworkService {
  readonly events: EventService;
  readonly transactions: TransactionService;
  readonly records: PeerRecords;
  /** Undefined where users have no rights. */
  readonly rights: RightsSource | undefined;
  /** Peers this one is connected to now, the directory not among them. */
  neighbours(): readonly Neighbour[];
  /** How many nodes this one knows to be there, itself included. */
  members(): number;
  /** Why users should not be sent here yet; undefined once this peer knows the others, or has found none for a while. */
  unreadyBecause(): string | undefined;
  /** Own addresses, with the peer id. */
  readonly addresses: readonly string[];
  /** Tells the others that this peer leaves, then disconnects. */
  stop(): Promise<void>;
}

/** Records are copied to their new places this long after the last change of members. */
const settleMs = 400;
/** Time for the farewell to reach the neighbours. */
const farewellMs = 150;
const answersWanted = 8;
/** A peer that has found nobody for this long works alone. */
const aloneMs = 3000;

/**
 * Listens and begins to look for others; resolves without waiting for them: a peer that finds nobody works alone.
 * @param events in which events are kept. Default: a log of its own.
 * @throws NodeError `network-not-started`
 */
export async function startNetworkService(
  settings: NetworkSettings,
  metrics: NetworkMetrics,
  events?: EventLog,
): Promise<NetworkService> {
  const network = await Network.start(settings, metrics, events);
  log('info', 'network listening', { addresses: network.addresses, discovery: settings.discovery });
  return network;
}

class Network implements NetworkService {
  readonly events: PeerEvents;
  readonly transactions: PeerTransactions;
  readonly records: PeerRecords;
  readonly rights: PeerRights | undefined;
  readonly #host: Host;
  readonly #settings: NetworkSettings;
  readonly #metrics: NetworkMetrics;
  readonly #bus: GossipBus;
  readonly #members: Members;
  readonly #neighbours: Neighbours;
  readonly #reconciliation: Reconciliation;
  readonly #stopping = new AbortController();
  #broadcast: Broadcast | undefined;
  #settling: NodeJS.Timeout | undefined;
  #foundOne = false;
  /** Settles when this peer knows who the others are: until then it would say of their records that there are none. */
  readonly #joined = Promise.withResolvers<void>();
  #hasJoined = false;

  static async start(
    settings: NetworkSettings,
    metrics: NetworkMetrics,
    events: EventLog | undefined,
  ): Promise<Network> {
    const seen = new SeenKeys();
    const host = await createHost(settings, (data) => {
      const again = seen.add(messageKeyOf(data));
      if (again && messageKindOf(data) === MessageKind.event) metrics.duplicateReceived();
    });
    const bus = await GossipBus.join(host, settings.run, settings.node);
    const authority = settings.access && (await publicKey(settings.access.authority));
    const revocations = authority && new Revocations(authority);
    const network: { current?: Network } = {};
    const answer = (answerer: (it: Network) => Answerer): Answerer => {
      return (question, from) => {
        if (network.current === undefined) throw new Error('still starting');
        return answerer(network.current)(question, from);
      };
    };
    const links = await Links.open(host, settings.run, {
      compare: answer((it) => it.#reconciliation.answerCompare),
      'take-members': answer((it) => it.#answerMembers),
      'take-revocations': async (told) => revocations?.takeAll(told),
      transactions: answer((it) => it.transactions.answerMissing),
      'take-transactions': answer((it) => it.transactions.take),
      'find-record': answer((it) => it.records.answerFind),
      'keep-record': answer((it) => it.records.answerKeep),
    });
    const trust = authority && revocations && { authority, revocations };
    network.current = new Network(settings, metrics, host, bus, links, trust, events);
    await network.current.#discover();
    return network.current;
  }

  private constructor(
    settings: NetworkSettings,
    metrics: NetworkMetrics,
    host: Host,
    bus: GossipBus,
    links: Links,
    trust: { readonly authority: Key; readonly revocations: Revocations } | undefined,
    events: EventLog | undefined,
  ) {
    this.#settings = settings;
    this.#metrics = metrics;
    this.#host = host;
    this.#bus = bus;
    const id = host.libp2p.peerId.toString();
    const self = { id, node: settings.node, addresses: host.addresses(), version: 1, gone: false };
    this.#members = new Members(self, () => this.#membersChanged());
    bus.on(MessageKind.members, ({ body }) => {
      this.#merge(parseMembers(JSON.parse(body.toString())));
      return true;
    });
    setTimeout(() => this.#join(), aloneMs).unref();
    const joined = this.#joined.promise;
    const { access } = settings;
    this.rights = access && trust && new PeerRights({ ...access, ...trust, bus, joined });
    this.events = new PeerEvents(bus, settings.node, joined, metrics, this.rights, events);
    this.transactions = new PeerTransactions(bus, metrics, () => this.#reconciliation.hurry());
    const askMember = async (member: Member, topic: string, question: unknown): Promise<unknown> =>
      links.ask(member.id, member.addresses, topic, question);
    this.records = new PeerRecords(this.#members, settings.recordReplicas, askMember, joined, metrics);
    this.#neighbours = new Neighbours(host, this.#members, {
      wanted: settings.neighbours,
      discovery: settings.discovery,
      found: (peer, dialled) => this.#found(peer, dialled),
      lost: (peer) => this.#tell(this.#members.markGone(peer)),
    });
    this.#reconciliation = new Reconciliation({
      links,
      members: this.#members,
      neighbours: this.#neighbours,
      transactions: this.transactions,
      revocations: trust?.revocations,
      merge: (told) => this.#merge(told),
    });
    metrics.watch({
      neighbours: () => this.#neighbours.ids.length,
      members: () => this.#members.alive.length,
      replicas: () => this.records.size,
      transactions: () => this.transactions.state,
    });
  }

  get addresses(): readonly string[] {
    return this.#host.addresses();
  }

  neighbours(): readonly Neighbour[] {
    return this.#neighbours.list;
  }

  members(): number {
    return this.#members.alive.length;
  }

  unreadyBecause(): string | undefined {
    return this.#hasJoined ? undefined : 'looking for other peers';
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#reconciliation.stop();
    this.#neighbours.stop();
    this.#broadcast?.close();
    clearTimeout(this.#settling);
    this.#tell(this.#members.markGone(this.#members.self.id));
    await sleep(farewellMs);
    this.#metrics.watch(undefined);
    await this.#host.libp2p.stop();
  }

  async #discover(): Promise<void> {
    const { directory, address } = this.#settings;
    const { signal } = this.#stopping;
    if (directory !== undefined) {
      void followDirectory(this.#host, { ...this.#settings, directory }, this.#neighbours, signal);
      return;
    }
    this.#broadcast = await Broadcast.open({
      address,
      addresses: () => this.#host.addresses(),
      heard: (addresses) => this.#neighbours.hear(addresses),
      answerShare: () => answersWanted / this.#members.alive.length,
    });
    void this.#askAround(this.#broadcast, signal);
  }

  /** Often until one is found, then now and then: another part of the network may have come within reach. */
  async #askAround(broadcast: Broadcast, signal: AbortSignal): Promise<void> {
    for (let waitMs = 250; !signal.aborted; waitMs = Math.min(2 * waitMs, 15_000)) {
      broadcast.ask();
      const lonely = this.#neighbours.ids.length === 0;
      const pause = lonely ? Math.min(waitMs, 2000) : waitMs;
      await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }

  #found(peer: string, dialled: boolean): void {
    if (!this.#foundOne) {
      this.#foundOne = true;
      const seconds = performance.now() / 1000;
      this.#metrics.firstNeighbourFound(this.#settings.discovery, seconds);
      log('info', 'found the first other peer', { seconds: Number(seconds.toFixed(3)) });
    }
    // The one who dialled compares; the other hears of it in the course of that.
    if (dialled) void this.#reconciliation.with(peer).then(() => this.#join());
  }

  #join(): void {
    this.#hasJoined = true;
    this.#joined.resolve();
  }

  /** A neighbour told what it believes. Where it is a newcomer, this peer introduces it to all others. */
  readonly #answerMembers = (told: unknown, from: string): true => {
    const isNew = this.#members.get(from) === undefined;
    this.#merge(parseMembers(told));
    if (isNew) this.#tell(this.#members.get(from));
    this.#join();
    return true;
  };

  /** Takes over what others believe, and contradicts where they believe that this peer is gone. */
  #merge(told: readonly Member[]): void {
    this.#tell(this.#members.merge(told));
  }

  #tell(member: Member | undefined): void {
    if (member === undefined) return;
    const body = Buffer.from(JSON.stringify([member]));
    this.#bus.publish(MessageKind.members, Date.now(), body).catch((thrown: unknown) => {
      log('warn', 'telling the others failed', { error: messageOf(thrown) });
    });
  }

  #membersChanged(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.records.replace(), settleMs * (0.5 + Math.random()));
  }
}

/** The keys of the latest messages, to count those that arrive again. */
class SeenKeys {
  #young = new Set<string>();
  #old = new Set<string>();
  readonly #half = 5000;

  /** True where it was there already. */
  add(key: string): boolean {
    if (this.#young.has(key) || this.#old.has(key)) return true;
    this.#young.add(key);
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return false;
  }
}
