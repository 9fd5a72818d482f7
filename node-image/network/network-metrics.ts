// What a peer tells Prometheus about its network. Names are part of the project's contract with dashboards and objectives.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Fine from a millisecond to seconds: the tail of the latency to each receiver is what is asked for. */
const deliveryBuckets = [
  0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5,
  0.75, 1, 1.5, 2, 3, 5, 10,
];

/** What is asked for at each scrape. */
export interface NetworkState {
  neighbours(): number;
  members(): number;
  replicas(): number;
  transactions(): { readonly count: number; readonly early: number; readonly digest: string };
}

export class NetworkMetrics {
  readonly #delivery: Histogram;
  readonly #received: Counter;
  readonly #duplicates: Counter;
  readonly #applied: Counter;
  readonly #applyDelay: Histogram;
  readonly #refused: Counter;
  readonly #eventsRefused: Counter;
  readonly #firstNeighbour: Gauge;
  readonly #repaired: Counter;
  /** Undefined where the network is not open. */
  #state: NetworkState | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#delivery = new Histogram({
      name: 'topolab_event_delivery_seconds',
      help: 'From the publishing of an event at another peer to its arrival here',
      buckets: deliveryBuckets,
      registers,
    });
    this.#received = new Counter({
      name: 'topolab_events_received_total',
      help: 'Events of other peers, published since this one was ready, that arrived here; each counted once',
      registers,
    });
    this.#duplicates = new Counter({
      name: 'topolab_events_duplicate_total',
      help: 'Arrivals of events that were here already',
      registers,
    });
    this.#applied = new Counter({
      name: 'topolab_transactions_applied_total',
      help: 'Transactions applied by this peer, its own included',
      registers,
    });
    this.#applyDelay = new Histogram({
      name: 'topolab_transaction_apply_seconds',
      help: 'From the signing of a transaction at another peer to its application here',
      buckets: deliveryBuckets,
      registers,
    });
    this.#refused = new Counter({
      name: 'topolab_transactions_refused_total',
      help: 'Transactions that arrived without a valid signature',
      registers,
    });
    this.#eventsRefused = new Counter({
      name: 'topolab_events_refused_total',
      help: 'Events of other peers that nobody who may publish has said; they were not passed on',
      registers,
    });
    this.#firstNeighbour = new Gauge({
      name: 'topolab_time_to_first_neighbour_seconds',
      help: 'From the start of the process to the first connection with another peer; absent until then',
      registers,
      // Without this an unset gauge would say 0.
      labelNames: ['discovery'],
    });
    this.#repaired = new Counter({
      name: 'topolab_records_repaired_total',
      help: 'Copies of records sent to peers that should hold them and did not',
      registers,
    });
    this.#exportState(registers);
  }

  eventRefused(): void {
    this.#eventsRefused.inc();
  }

  /** Exports what the network says of itself at each scrape; undefined = nothing. */
  watch(state: NetworkState | undefined): void {
    this.#state = state;
  }

  eventReceived(seconds: number): void {
    this.#received.inc();
    this.#delivery.observe(seconds);
  }

  duplicateReceived(): void {
    this.#duplicates.inc();
  }

  transactionApplied(seconds: number | undefined): void {
    this.#applied.inc();
    if (seconds !== undefined) this.#applyDelay.observe(seconds);
  }

  transactionRefused(): void {
    this.#refused.inc();
  }

  firstNeighbourFound(discovery: string, seconds: number): void {
    this.#firstNeighbour.set({ discovery }, seconds);
  }

  recordRepaired(): void {
    this.#repaired.inc();
  }

  #exportState(registers: Registry[]): void {
    const gauge = (name: string, help: string, read: (state: NetworkState) => number): void => {
      const state = () => this.#state;
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const open = state();
          if (open === undefined) this.remove();
          else this.set(read(open));
        },
      });
    };
    gauge('topolab_neighbours', 'Other peers this one is connected to', (state) => state.neighbours());
    gauge('topolab_network_members', 'Peers this one knows to be there, itself included', (state) =>
      state.members(),
    );
    gauge('topolab_record_replicas', 'Copies of records held for the network', (state) => state.replicas());
    gauge(
      'topolab_transactions_early',
      'Transactions here that wait for earlier ones of their sender',
      (state) => state.transactions().early,
    );
    const digest = () => this.#state?.transactions().digest;
    new Gauge({
      name: 'topolab_transactions_digest_info',
      help: 'Always 1; peers with the same transactions applied show the same digest',
      labelNames: ['digest'],
      registers,
      collect() {
        this.reset();
        const now = digest();
        if (now !== undefined) this.set({ digest: now.slice(0, 16) }, 1);
      },
    });
  }
}
