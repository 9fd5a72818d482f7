// Sends the orchestrator's requests on into the run's network: HTTP, and bare TCP for HAProxy's runtime interface.
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { HttpProblem, type HttpAnswer, type HttpRequest } from './http-problem.ts';
import { readBody } from './read-body.ts';

/** A connection in which nothing happens for this long is given up. */
const idleMs = 60_000;
const requestLimitBytes = 64 * 1024 * 1024;
const answerLimitBytes = 64 * 1024 * 1024;

/** Headers that belong to one connection, not to the message. */
const hopByHop = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade host expect http2-settings'.split(
    ' ',
  ),
);

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `name:port`, `10.0.0.1:80` or `[::1]:80`; 400 otherwise. */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port < 1 || port > 65_535)
    throw new HttpProblem(400, `'${text}': write HOST:PORT`);
  return { host, port };
}

/** The same request at another place; its status, headers and body come back. 502 where nobody answers, 504 when it takes too long. */
export async function relayHttp(
  to: HostPort,
  path: string,
  incoming: HttpRequest,
  answer: HttpAnswer,
  signal: AbortSignal,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const body =
    method === 'GET' || method === 'HEAD' ? undefined : await readBody(incoming, requestLimitBytes);
  const headers: OutgoingHttpHeaders = endToEnd(incoming.headers);
  if (body !== undefined) headers['content-length'] = body.length;
  await new Promise<void>((resolve, reject) => {
    const outgoing = httpRequest({ ...to, path, method, headers, agent: false, signal }, (response) => {
      (answer as NodeJS.WritableStream & HttpAnswer).statusCode = response.statusCode ?? 502;
      for (const [name, value] of Object.entries(endToEnd(response.headers))) {
        if (value !== undefined) answer.setHeader(name, value);
      }
      pipeline(response, limit(answerLimitBytes), answer as NodeJS.WritableStream).then(resolve, reject);
    });
    outgoing.setTimeout(idleMs, () =>
      outgoing.destroy(new HttpProblem(504, `no answer within ${idleMs} ms`)),
    );
    outgoing.on('error', (error) => reject(asProblem(to, error)));
    outgoing.end(body);
  });
}

function asProblem(to: HostPort, error: NodeJS.ErrnoException): HttpProblem {
  if (error instanceof HttpProblem) return error;
  return new HttpProblem(502, `${to.host}:${to.port}: ${error.message === '' ? error.code : error.message}`);
}

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && !hopByHop.has(name)),
  );
}

/** Passes so many bytes on and then fails. */
function limit(bytes: number): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* limited(source) {
    let left = bytes;
    for await (const chunk of source) {
      left -= chunk.length;
      if (left < 0) throw new HttpProblem(502, `the answer is longer than ${bytes} bytes`);
      yield chunk;
    }
  };
}

/** Sends bytes over a TCP connection, half-closes, and resolves with all that came back. */
export async function exchangeTcp(to: HostPort, bytes: Buffer, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, allowHalfOpen: true });
    signal.addEventListener('abort', () => socket.destroy());
    const chunks: Buffer[] = [];
    let received = 0;
    const fail = (problem: HttpProblem): void => {
      socket.destroy();
      reject(problem);
    };
    socket.setTimeout(idleMs, () => fail(new HttpProblem(504, `no answer within ${idleMs} ms`)));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > answerLimitBytes)
        fail(new HttpProblem(502, `the answer is longer than ${answerLimitBytes} bytes`));
      else chunks.push(chunk);
    });
    socket.once('end', () => resolve(Buffer.concat(chunks, received)));
    socket.once('error', (error) => fail(asProblem(to, error)));
    socket.once('close', () => fail(asProblem(to, new Error('the connection was reset'))));
    socket.end(bytes);
  });
}
