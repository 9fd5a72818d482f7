// `topolab-node door`: stands before the stack's Prometheus where browsers reach it. Loopback keeps other machines out, but not the pages
// of other sites that a browser on this one has open: those are told by the host they ask for and the origin they come from.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type HostPort, parseHostPort, relayHttp } from '../agent/relay.ts';
import { type Env, EnvReader } from '../env.ts';
import { HttpProblem, sendProblem } from '../http/http-problem.ts';
import { log } from '../log.ts';

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
  const reader = new EnvReader(env);
  const port = reader.number('PORT', { default: 9090, min: 0, max: 65_535, whole: true });
  const names = (reader.text('DOOR_NAMES') ?? '').split(',').filter((name) => name !== '');
  const text = reader.text('DOOR_TO') ?? '';
  reader.check();
  const to: HostPort = parseHostPort(text);
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
