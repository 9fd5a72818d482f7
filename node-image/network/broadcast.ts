// Finds peers in the local network by multicast DNS, as the libp2p specification has it (a query for _p2p._udp.local; an answer with
// TXT records `dnsaddr=…`), but asks less often and answers the one who asked instead of everybody: each query answered by multicast
// makes all nodes read all answers, which in a network of 30 took a third of a core.
import type { MulticastDNS, RemoteInfoOutgoing } from 'multicast-dns';
import type { StringAnswer, TxtAnswer } from 'dns-packet';

const serviceName = '_p2p._udp.local';
const prefix = 'dnsaddr=';
const answerTtlSeconds = 120;

export interface BroadcastOptions {
  /** Own IPv4 address: chooses the interface, so that no multicast route is needed. */
  readonly address: string;
  /** Own addresses, with the peer id. */
  readonly addresses: () => readonly string[];
  /** Told the addresses of one peer at a time, with its peer id; its own among them. */
  readonly heard: (addresses: readonly string[]) => void;
  /** Share of queries to answer, 0 to 1: in a large network some answers are enough. */
  readonly answerShare: () => number;
}

export class Broadcast {
  readonly #dns: MulticastDNS;
  readonly #options: BroadcastOptions;

  static async open(options: BroadcastOptions): Promise<Broadcast> {
    const { multicastDns } = await import('./libp2p.ts');
    const dns = multicastDns({ interface: options.address, bind: '0.0.0.0', loopback: true });
    return new Broadcast(dns, options);
  }

  private constructor(dns: MulticastDNS, options: BroadcastOptions) {
    this.#dns = dns;
    this.#options = options;
    dns.on('query', ({ questions = [], additionals = [] }, from) => {
      if (!questions.some(({ name }) => name === serviceName)) return;
      this.#read(additionals);
      if (Math.random() < options.answerShare()) this.#answer({ address: from.address, port: from.port });
    });
    dns.on('response', ({ answers = [], additionals = [] }) => this.#read([...answers, ...additionals]));
    // Without an interface there is nobody to hear of; the node says so when it has found nobody.
    dns.on('error', () => undefined);
    dns.on('warning', () => undefined);
  }

  /** Asks everybody, and tells them where this node is. */
  ask(): void {
    this.#dns.query({
      questions: [{ name: serviceName, type: 'PTR' }],
      additionals: this.#records(),
    });
  }

  close(): void {
    this.#dns.destroy();
  }

  #answer(to: RemoteInfoOutgoing): void {
    this.#dns.respond({ answers: this.#records() }, to);
  }

  #records(): (StringAnswer | TxtAnswer)[] {
    const addresses = this.#options.addresses();
    // Names of peers are random in the specification; the peer id is as good.
    const name = `${addresses[0]?.split('/').at(-1) ?? 'unknown'}.${serviceName}`;
    const common = { class: 'IN', ttl: answerTtlSeconds } as const;
    return [
      { type: 'PTR', name: serviceName, data: name, ...common },
      ...addresses.map((address) => ({ type: 'TXT', name, data: prefix + address, ...common }) as const),
    ];
  }

  #read(records: readonly { readonly type: string; readonly data?: unknown }[]): void {
    const addresses = records
      .filter(({ type }) => type === 'TXT')
      .flatMap(({ data }) => (Array.isArray(data) ? data : [data]))
      .map(String)
      .filter((text) => text.startsWith(prefix) && text.includes('/p2p/'))
      .map((text) => text.slice(prefix.length));
    if (addresses.length > 0) this.#options.heard(addresses);
  }
}
