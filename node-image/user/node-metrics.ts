// What a node tells Prometheus about its user's interface. Names are part of the project's contract with dashboards and objectives.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { rightTimeMs } from '../process/right-time.ts';
import type { CostQueue } from './cost-queue.ts';
import { registerProcessMetrics } from './process-metrics.ts';

/** From half a millisecond to ten seconds; what is slower than that is an outage to its user. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface NodeIdentity {
  readonly node: string;
  readonly role: string;
  readonly version: number;
}

export class NodeMetrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<'route' | 'method' | 'status'>;
  readonly #inFlight: Gauge;
  readonly #served: Counter;
  readonly #firstServed: Gauge;
  readonly #published: Counter;
  readonly #delivered: Counter;
  readonly #storeQueries: Histogram<'operation' | 'outcome'>;
  readonly #storeUp: Gauge;

  readonly #version: string;
  #hasServed = false;

  constructor(identity: NodeIdentity) {
    const registers = [this.registry];
    const version = String(identity.version);
    registerProcessMetrics(this.registry);
    new Gauge({
      name: 'topolab_node_info',
      help: 'Always 1; says who this is',
      labelNames: ['node_name', 'role', 'version'],
      registers,
    }).set({ node_name: identity.node, role: identity.role, version }, 1);
    this.#requests = new Histogram({
      name: 'topolab_http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer',
      labelNames: ['route', 'method', 'status'],
      buckets: latencyBuckets,
      registers,
    });
    this.#inFlight = new Gauge({
      name: 'topolab_http_requests_in_flight',
      help: 'Requests that have arrived and are not answered yet',
      registers,
    });
    this.#served = new Counter({
      name: 'topolab_operations_served_total',
      help: 'Operations of users that this node has served well, by the version of its program',
      labelNames: ['version'],
      registers,
    });
    this.#served.inc({ version }, 0);
    this.#firstServed = new Gauge({
      name: 'topolab_first_operation_timestamp_seconds',
      help: 'When this node had served its first operation of a user, seconds since 1970; 0 before',
      labelNames: ['version'],
      registers,
    });
    this.#firstServed.set({ version }, 0);
    this.#version = version;
    this.#published = new Counter({
      name: 'topolab_events_published_total',
      help: 'Events taken in from users by this node',
      registers,
    });
    this.#delivered = new Counter({
      name: 'topolab_events_delivered_total',
      help: 'Events handed to receivers by this node, counted for each receiver',
      registers,
    });
    this.#storeQueries = new Histogram({
      name: 'topolab_store_query_duration_seconds',
      help: 'Time of a question to the store, waiting for a connection included',
      labelNames: ['operation', 'outcome'],
      buckets: latencyBuckets,
      registers,
    });
    this.#storeUp = new Gauge({
      name: 'topolab_store_up',
      help: '1 while the store answers, 0 while it does not; always 1 where the node is its own store',
      registers,
    });
  }

  /** Exports what the cost per request came to, by the kernel's clock. */
  watchCost(queue: CostQueue): void {
    const registers = [this.registry];
    new Counter({
      name: 'topolab_request_cost_cpu_seconds_total',
      help: "CPU time by the kernel's clock spent on the configured cost per request",
      registers,
      collect() {
        this.reset();
        this.inc(queue.totals.cpuSeconds);
      },
    });
    new Counter({
      name: 'topolab_request_cost_requests_total',
      help: 'Requests that paid the configured cost',
      registers,
      collect() {
        this.reset();
        this.inc(queue.totals.requests);
      },
    });
    new Gauge({
      name: 'topolab_requests_waiting',
      help: 'Requests whose work has not begun',
      registers,
      collect() {
        this.set(queue.length);
      },
    });
  }

  requestBegan(): void {
    this.#inFlight.inc();
  }

  requestEnded(route: string, method: string, status: number, seconds: number): void {
    this.#inFlight.dec();
    this.#requests.observe({ route, method, status }, seconds);
  }

  /** An operation that a user asked for was served well. */
  operationServed(): void {
    this.#served.inc({ version: this.#version });
    if (this.#hasServed) return;
    this.#hasServed = true;
    this.#firstServed.set({ version: this.#version }, rightTimeMs() / 1000);
  }

  published(): void {
    this.#published.inc();
  }

  delivered(events: number): void {
    if (events > 0) this.#delivered.inc(events);
  }

  storeQueried(operation: string, outcome: 'ok' | 'failed', seconds: number): void {
    this.#storeQueries.observe({ operation, outcome }, seconds);
  }

  storeUp(up: boolean): void {
    this.#storeUp.set(up ? 1 : 0);
  }
}
