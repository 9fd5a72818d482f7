// The agent's side of its protocol (docs/agent-protocol.md) for unit tests: an HTTP/2 server at the other end of the stream that the fake engine
// opens. What lies behind its proxy, such as k6 and Prometheus, is the test's.
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { type Duplex, duplexPair } from 'node:stream';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface StandInAgent {
  /** What it was asked, in order. */
  readonly requests: readonly Request[];
  /** Opens a stream to it, as `Engine.openStream` does. @param clockAheadMs of its host. Default: its clock is ours. */
  stream(clockAheadMs?: number): Duplex;
}

/** @param proxied what answers behind `/proxy/HOST:PORT`, by `HOST:PORT/PATH`. */
export function standInAgent(proxied: (place: string, request: Request) => Answer): StandInAgent {
  const requests: Request[] = [];
  const serve = (clockAheadMs: number): Http2Server => {
    const server = createServer();
    // The orchestrator leaves without a word at its end.
    server.on('sessionError', () => {});
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      void bodyOf(stream).then((body) => {
        const request = { method: String(headers[':method']), path: String(headers[':path']), body };
        requests.push(request);
        const answer = answerTo(request, proxied, clockAheadMs);
        stream.respond({ ':status': answer.status });
        stream.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      });
    });
    return server;
  };
  return {
    requests,
    stream: (clockAheadMs = 0) => {
      const [ours, theirs] = duplexPair();
      serve(clockAheadMs).emit('connection', theirs);
      return ours;
    },
  };
}

function answerTo(
  request: Request,
  proxied: (place: string, request: Request) => Answer,
  clockAheadMs: number,
): Answer {
  const { path } = request;
  if (path.startsWith('/proxy/')) return proxied(path.slice('/proxy/'.length), request);
  if (path === '/clock') return { status: 200, body: { nowMs: Date.now() + clockAheadMs } };
  if (path === '/probe') return { status: 200, body: { tookMs: 1 } };
  if (path.endsWith('/metrics')) return { status: 200, body: { refused: [] } };
  return { status: 204, body: '' };
}

async function bodyOf(stream: ServerHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
