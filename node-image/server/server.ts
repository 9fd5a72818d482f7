// `topolab-node server`: the user's interface answered by one server, with its own memory or a PostgreSQL shared with others.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeError } from '../process/node-error.ts';
import type { Env } from '../contract/env-reader.ts';
import { serverEnvironment, type ServerSettings } from '../contract/server-environment.ts';
import { log } from '../process/log.ts';
import type { Guard } from '../access/guard.ts';
import type { RightsSource } from '../access/rights-source.ts';
import { CostQueue } from '../user/cost-queue.ts';
import { GeneratedFiles } from '../user/generated-files.ts';
import { NodeMetrics } from '../user/node-metrics.ts';
import { userRouter } from '../user/user-router.ts';
import type { SwitchDoor } from '../user/switch-door.ts';
import type { TransactionService, UserService } from '../user/user-service.ts';
import { drain, RequestCounter } from '../http/drain.ts';
import { EnrolmentDoor } from '../enrolment/enrolment-door.ts';
import { type Invitations, MemoryInvitations } from '../enrolment/invitations.ts';
import { MemoryEvents, MemoryRecords } from './memory-store.ts';
import { MemoryTransactions } from './memory-transactions.ts';

/** A server is ready without all hashes after this long; they go on in the background. */
const hashWaitMs = 3000;

export interface RunningServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /** Drains, then closes. Resolves with the number of requests cut off by DRAIN_MS. */
  stop(): Promise<number>;
}

interface Store {
  readonly events: UserService['events'];
  readonly records: UserService['records'];
  /** Undefined where it has no database, from which it could be handed over. */
  readonly switching?: SwitchDoor;
  readonly transactions: TransactionService;
  /** Undefined where it has no database to keep a policy in. */
  readonly rights?: RightsSource;
  readonly invitations: Invitations;
  readonly unreadyBecause: () => string | undefined;
  readonly close: () => Promise<void>;
}

/** Starts listening at once; `/ready` tells when it can serve. Fails with `bad-env` or `port-taken`. */
export async function startServer(env: Env): Promise<RunningServer> {
  const settings = serverEnvironment.read(env);
  const identity = { node: settings.node, role: 'server', version: settings.version };
  const metrics = new NodeMetrics(identity);
  const cost = new CostQueue(settings.requestCostMs);
  metrics.watchCost(cost);
  const store = await openStore(settings, metrics);
  const guard = await openGuard(settings, store, metrics);
  const files = new GeneratedFiles(settings.files);
  const leaving = new AbortController();
  const draining = new AbortController();
  let hashed = false;
  void Promise.race([files.hashAll(leaving.signal), sleep(hashWaitMs, undefined, { ref: false })]).then(
    () => {
      hashed = true;
    },
  );
  const service: UserService = {
    events: store.events,
    files,
    records: store.records,
    transactions: store.transactions,
    unreadyBecause: () => (hashed ? store.unreadyBecause() : 'hashing files'),
  };
  const { node, enrolmentKey: key } = settings;
  const enrolment = new EnrolmentDoor({ node, key, invitations: store.invitations, closed: true });
  const server = httpServer(settings);
  const requests = new RequestCounter(server);
  const router = userRouter({
    service,
    guard,
    cost,
    metrics,
    identity,
    enrolment,
    switching: settings.switches ? store.switching : undefined,
    draining: draining.signal,
  });
  server.on('request', router);
  const port = await listen(server, settings.port);
  log('info', 'listening', { ...identity, port, requestCostMs: settings.requestCostMs });
  const stop = async (): Promise<number> => {
    draining.abort();
    leaving.abort();
    const cutOff = await drain(server, requests, settings.drainMs);
    await store.close();
    return cutOff;
  };
  return { port, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

/** Loads the PostgreSQL client only where there is a database: it costs start-up time and memory. */
async function openStore(settings: ServerSettings, metrics: NodeMetrics): Promise<Store> {
  if (settings.databaseUrl === undefined) {
    metrics.storeUp(true);
    const events = new MemoryEvents(settings.node);
    const records = new MemoryRecords();
    const transactions = new MemoryTransactions();
    const invitations = new MemoryInvitations();
    const unreadyBecause = () => undefined;
    return { events, records, transactions, invitations, unreadyBecause, close: async () => undefined };
  }
  const { PostgresStore } = await import('./postgres-store.ts');
  const { databaseUrl, databasePool, node, access } = settings;
  return PostgresStore.open(databaseUrl, databasePool, node, metrics, access);
}

/** Loaded only where users have rights. Fails with `bad-env` where there is no database to keep them in. */
async function openGuard(
  { access }: ServerSettings,
  { rights }: Store,
  metrics: NodeMetrics,
): Promise<Guard | undefined> {
  if (access === undefined) return undefined;
  if (rights === undefined) {
    throw new NodeError('ACCESS: a server keeps what users may do in its database, and has none.', {
      code: 'bad-env',
      hint: 'Set DATABASE_URL too.',
      exitCode: 2,
    });
  }
  const { Guard } = await import('../access/guard.ts');
  return Guard.make(access, rights, metrics.registry);
}

function httpServer(settings: ServerSettings): Server {
  const server = createServer({
    keepAliveTimeout: settings.keepAliveMs,
    // A node that is throttled hard may take long to read what has long arrived.
    headersTimeout: 60_000,
    requestTimeout: 120_000,
    noDelay: true,
  });
  server.maxConnections = settings.maxConnections;
  // Malformed requests: answer where possible, and never die of it.
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '0.0.0.0', 1024);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new NodeError(`listen on port ${port}: ${String(cause)}`, { code: 'port-taken', cause });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Runs until SIGTERM or SIGINT, then drains and ends with exit code 0. */
export async function runServer(env: Env): Promise<void> {
  // A throttled server of some tens of requests a second runs long before the compiler takes notice: compile at first use, which
  // took about a tenth of a millisecond off each request.
  setFlagsFromString('--always-sparkplug');
  const server = await startServer(env);
  const stop = (signal: string): void => {
    log('info', 'draining', { signal });
    void server.stop().then((cutOff) => {
      log(cutOff > 0 ? 'warn' : 'info', 'stopped', { requestsCutOff: cutOff });
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
