// The end of a tunnel on one host of a Docker Swarm: each stream of an HTTP/2 session becomes a connection to the host's engine.
// Who uses it rules the host, so it takes only whoever has the key, and is removed when nobody uses it any more.
import { once } from 'node:events';
import {
  createServer as createHttp2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { Env } from '../contract/env-reader.ts';
import type { ReadFrom } from '../contract/environment.ts';
import { tunnelEnvironment } from '../contract/tunnel-environment.ts';
import { serverTls, WINDOW_BYTES } from '../contract/tunnel-tls.ts';
import { askAt, type AskEngine, managesSwarm } from '../http/engine-api.ts';
import { log } from '../process/log.ts';
import { messageOf } from '../process/node-error.ts';

const LOOK_EVERY_MS = 1000;
const TRY_EVERY_MS = 250;

export interface RunningTunnel extends AsyncDisposable {
  readonly port: number;
  /** How long nobody has had a session, in milliseconds; 0 while somebody has. */
  unusedMs(): number;
}

export type TunnelSettings = Pick<ReadFrom<typeof tunnelEnvironment>, 'key' | 'port' | 'socket'>;

/** Resolves once it listens, on every interface: its own network has nothing but tunnels in it. */
export async function startTunnel({ key, port, socket }: TunnelSettings): Promise<RunningTunnel> {
  const sessions = new Set<ServerHttp2Session>();
  let usedAtMs = performance.now();
  const http2 = createHttp2Server({
    settings: { maxConcurrentStreams: 4096, initialWindowSize: WINDOW_BYTES },
  });
  http2.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.setLocalWindowSize(WINDOW_BYTES);
    session.once('close', () => {
      sessions.delete(session);
      usedAtMs = performance.now();
    });
  });
  http2.on('sessionError', (error) => log('warn', 'a session broke', { error: messageOf(error) }));
  http2.on('stream', (stream: ServerHttp2Stream) => lead(stream, socket));
  const tls = createTlsServer(serverTls(Buffer.from(key, 'base64url')), (secured) => {
    http2.emit('connection', secured);
  });
  tls.on('tlsClientError', (error) => log('warn', 'somebody without the key', { error: messageOf(error) }));
  tls.listen(port);
  await once(tls, 'listening');
  const address = tls.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    unusedMs: () => (sessions.size > 0 ? 0 : performance.now() - usedAtMs),
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      tls.close();
    },
  };
}

/** Half-closed ends stay so: the engine ends a container's input where the asker has nothing more to say. */
function lead(stream: ServerHttp2Stream, path: string): void {
  const engine = connect({ path, allowHalfOpen: true });
  stream.on('error', () => engine.destroy());
  stream.on('close', () => engine.destroy());
  engine.on('error', (error) => {
    log('warn', 'the engine does not answer', { error: messageOf(error) });
    stream.close();
  });
  engine.once('connect', () => {
    if (stream.destroyed) return;
    stream.respond({ ':status': 200 });
    stream.pipe(engine);
    engine.pipe(stream);
  });
}

/** Runs until the Swarm ends it; asks for that itself once nobody has used it for too long. */
export async function runTunnel(env: Env): Promise<never> {
  const settings = tunnelEnvironment.read(env);
  const tunnel = await startTunnel(settings);
  const end = (): never => process.exit(0);
  process.once('SIGTERM', end);
  log('info', 'tunnel listening', { port: tunnel.port });
  const ask = askAt(settings.socket);
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    if (tunnel.unusedMs() < settings.silenceMs || !(await managesSwarm(ask).catch(() => false))) continue;
    log('warn', 'nobody uses the tunnel any more: removing it', { service: settings.service });
    // The Swarm tells it to end as soon as the service is gone, and its network is to go with it.
    process.removeListener('SIGTERM', end);
    process.on('SIGTERM', () => {});
    await removeService(ask, settings);
    end();
  }
}

/** Until both are gone, or the Swarm has lost patience with this task. */
async function removeService(
  ask: AskEngine,
  { service, network }: { readonly service: string; readonly network: string },
): Promise<void> {
  for (const path of [`/services/${service}`, `/networks/${network}`]) {
    for (let gone = false; !gone; ) {
      // While tasks are in a network it is refused.
      const { status } = await ask('DELETE', path).catch(() => ({ status: 0 }));
      gone = status === 404 || (status >= 200 && status < 300);
      if (!gone) await sleep(TRY_EVERY_MS);
    }
  }
}
