// `topolab-node agent`: the one helper container of a run (docs/agent-protocol.md).
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Server } from 'node:net';
import { NodeError } from '../process/node-error.ts';
import { agentEnvironment } from '../contract/agent-environment.ts';
import { readerPort } from '../contract/agent-protocol.ts';
import type { Env } from '../contract/env-reader.ts';
import { log } from '../process/log.ts';
import { controlRoutes, openRoutes } from './agent-routes.ts';
import { ContainerProcesses } from './container-processes.ts';
import { ContainerReader } from './container-reading.ts';
import { AwakeClock } from './gate/awake-clock.ts';
import { Gate, forwardTo } from './gate/gate.ts';
import { readerRoutes } from './reader-routes.ts';
import { RunRegistry } from './run-registry.ts';

/** Prometheus shares the agent's network interfaces, and listens on loopback. */
const prometheusPort = 9090;
const expiryCheckMs = 1000;

export interface RunningAgent extends AsyncDisposable {
  readonly port: number;
  readonly socket: string;
}

/** Resolves once both interfaces listen. Fails with `bad-env` or `port-taken`. */
export async function startAgent(env: Env): Promise<RunningAgent> {
  const told = agentEnvironment.read(env);
  const { port, socket, readerHost, scrapeHost, cgroupRoot = findCgroupRoot() } = told;
  const clock = new AwakeClock();
  const gate = new Gate(forwardTo(`http://127.0.0.1:${prometheusPort}/api/v1/write`), () => clock.nowMs());
  const runs = new RunRegistry(
    () => performance.now(),
    (run) => gate.close(run),
  );
  const containers = new ContainerReader(cgroupRoot);
  const state = { runs, gate, containers, processes: new ContainerProcesses() };

  const open = answering(openRoutes(state));
  const scraped = answering(openRoutes(state));
  const readers = answering(readerRoutes({ host: '127.0.0.1', port: prometheusPort }));
  const control = createHttp2Server({ settings: { maxConcurrentStreams: 4096 } }, controlRoutes(state));
  control.on('sessionError', (error) => log('warn', 'a control session broke', { error: String(error) }));
  // Left by an agent that was killed; two agents never share a /tmp.
  rmSync(socket, { force: true });
  await Promise.all([listen(open, { port, host: '127.0.0.1' }), listen(control, { path: socket })]);
  if (readerHost !== undefined) await listen(readers, { port: readerPort, host: readerHost });
  if (scrapeHost !== undefined) await listen(scraped, { port, host: scrapeHost });
  const expiry = setInterval(() => runs.expire(), expiryCheckMs).unref();
  const address = open.address();
  const openPort = typeof address === 'object' && address !== null ? address.port : port;
  log('info', 'agent listening', { port: openPort, socket, cgroupRoot });
  return {
    port: openPort,
    socket,
    [Symbol.asyncDispose]: async () => {
      clearInterval(expiry);
      clock[Symbol.dispose]();
      gate.closeAll();
      for (const server of [open, scraped, readers]) {
        server.closeAllConnections();
        server.close();
      }
      control.close();
      rmSync(socket, { force: true });
    },
  };
}

function answering(listener: RequestListener): HttpServer {
  const server = createHttpServer({ keepAliveTimeout: 120_000 }, listener);
  server.on('clientError', (_error, client) => client.destroy());
  return server;
}

/** Where the launcher mounts the host's /sys/fs/cgroup; without it the container's own view, which is whole on some engines. */
function findCgroupRoot(): string {
  const mounted = '/host/cgroup';
  return existsSync(mounted) ? mounted : '/sys/fs/cgroup';
}

async function listen(
  server: Server,
  where: { port: number; host: string } | { path: string },
): Promise<void> {
  server.listen(where);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new NodeError(`listen on ${JSON.stringify(where)}: ${String(cause)}`, {
      code: 'port-taken',
      cause,
    });
  }
}

/** Runs until SIGTERM or SIGINT. What goes wrong in one request never ends it. */
export async function runAgent(env: Env): Promise<void> {
  process.on('uncaughtException', (error) =>
    log('error', 'unexpected', { error: error.stack ?? String(error) }),
  );
  process.on('unhandledRejection', (reason) => log('error', 'unexpected', { error: String(reason) }));
  const agent = await startAgent(env);
  const stop = (): void => {
    void Promise.resolve(agent[Symbol.asyncDispose]()).finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
