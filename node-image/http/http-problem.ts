// A refusal on its way to the one who asked. Handlers throw it; the outermost handler turns it into an answer.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** HTTP/1.1 or HTTP/2, by Node's compatibility API: handlers need not know which. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpAnswer = ServerResponse | Http2ServerResponse;

export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.name = 'HttpProblem';
    this.status = status;
    this.headers = headers;
  }
}

/** 503 with Retry-After: it may work in a second. */
export function unavailable(message: string): HttpProblem {
  return new HttpProblem(503, message, { 'retry-after': '1' });
}

export function methodNotAllowed(allowed: readonly string[]): HttpProblem {
  const list = allowed.join(', ');
  return new HttpProblem(405, `use ${list}`, { allow: list });
}

/** Answers with JSON and its length. */
export function sendJson(
  answer: HttpAnswer,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  sendText(answer, status, JSON.stringify(value), 'application/json', headers);
}

export function sendText(
  answer: HttpAnswer,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
  headers: OutgoingHttpHeaders = {},
): void {
  const length = Buffer.byteLength(text);
  // The two kinds of answer share this signature, but TypeScript can't call a union of their overloads.
  (answer as ServerResponse).writeHead(status, {
    'content-type': contentType,
    'content-length': length,
    ...headers,
  });
  answer.end(text);
}

/** Answers a thrown HttpProblem with its status, anything else with 500; does nothing once an answer has begun, but ends it. */
export function sendProblem(answer: HttpAnswer, thrown: unknown): void {
  if (answer.headersSent) {
    // A half-sent body can't be taken back: cut it, so that it is not taken for whole.
    if (!answer.writableEnded) answer.destroy();
    return;
  }
  if (thrown instanceof HttpProblem) {
    sendJson(answer, thrown.status, { error: thrown.message }, thrown.headers);
    return;
  }
  sendJson(answer, 500, { error: thrown instanceof Error ? thrown.message : 'unknown error' });
}
