// `topolab-node door`: stands before the stack's Prometheus where browsers reach it. Loopback keeps other machines out, but not the pages
// of other sites that a browser on this one has open: those are told by the host they ask for and the origin they come from.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type HostPort, parseHostPort, relayHttp } from '../http/relay.ts';
import { doorEnvironment } from '../contract/door-environment.ts';
import type { Env } from '../contract/env-reader.ts';
import { HttpProblem, sendProblem } from '../http/http-problem.ts';
import { log } from '../process/log.ts';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is refused; undefined where it is not. `names`: what a request may call us, beside the names of loopback. A site that lets
 * its own name point to 127.0.0.1 asks for that name; a page of another site names its origin, or the browser says that it is cross-site.
 */
export function whyRefused(
  {
    host,
    origin,
    'sec-fetch-site': site,
  }: Pick<IncomingMessage['headers'], 'host' | 'origin'> & {
    readonly 'sec-fetch-site'?: string | string[] | undefined;
  },
  names: readonly string[],
): string | undefined {
  const asked = host?.replace(/:\d+$/, '');
  if (host === undefined || asked === undefined || ![...loopback, ...names].includes(asked))
    return 'ask for 127.0.0.1 or localhost';
  if (origin !== undefined && origin !== `http://${host}`) return 'not for pages of other origins';
  if (site === 'cross-site' || site === 'same-site') return 'not for pages of other sites';
  return undefined;
}

export async function startDoor(env: Env): Promise<{ readonly port: number } & AsyncDisposable> {
  const { port, names, to: behind } = doorEnvironment.read(env);
  const to: HostPort = parseHostPort(behind);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, answer) => {
    const left = new AbortController();
    answer.once('close', () => left.abort());
    answer.on('error', () => left.abort());
    answer.setHeader('x-frame-options', 'DENY');
    answer.setHeader('cross-origin-resource-policy', 'same-origin');
    const refused = whyRefused(request.headers, names);
    if (refused !== undefined) {
      sendProblem(answer, new HttpProblem(403, refused));
      return;
    }
    relayHttp(to, request.url ?? '/', request, answer, left.signal).catch((thrown: unknown) => {
      if (!left.signal.aborted) sendProblem(answer, thrown);
    });
  });
  server.on('clientError', (_error, client) => client.destroy());
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Runs until SIGTERM or SIGINT. */
export async function runDoor(env: Env): Promise<void> {
  const door = await startDoor(env);
  log('info', 'door open', { port: door.port });
  process.once('SIGTERM', () => process.exit(0));
  process.once('SIGINT', () => process.exit(0));
}
