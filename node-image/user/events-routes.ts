// POST /events, GET /events (long poll) and GET /events/stream (server-sent events).
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { originHeader } from '../contract/way.ts';
import { HttpProblem, sendJson } from '../http/http-problem.ts';
import { readBody } from '../http/read-body.ts';
import { type EventOrigin, type EventService, type UserEvent, UserLimit } from './user-service.ts';

/** A comment this often keeps an idle stream from being closed by what is between. */
const streamBeatMs = 10_000;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export interface EventCounts {
  published(): void;
  delivered(events: number): void;
}

export async function publishEvent(
  events: EventService,
  counts: EventCounts,
  body: Buffer,
  { headers }: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const { id, publishedAtMs } = await events.publish(
    textOf(body),
    undefined,
    originIn(headers[originHeader]),
  );
  counts.published();
  sendJson(answer, 201, { id, publishedAtMs });
}

/** Undefined where the event is taken in here. */
function originIn(text: string | string[] | undefined): EventOrigin | undefined {
  if (text === undefined) return undefined;
  const [key = '', at = '', publishedBy = '', ...more] = String(text).split(' ');
  const publishedAtMs = Number(at);
  if (/^[0-9a-f]{24}$/.test(key) && Number.isFinite(publishedAtMs) && publishedBy !== '' && more.length === 0)
    return { key, publishedAtMs, publishedBy };
  throw new HttpProblem(
    400,
    `${originHeader} is not KEY MILLISECONDS NODE, with 24 hexadecimal digits as the key`,
  );
}

export async function readMessage(request: IncomingMessage): Promise<Buffer> {
  return readBody(request, UserLimit.messageBytes);
}

/** A message or payload; 400 where it is not UTF-8. */
export function textOf(body: Buffer): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    throw new HttpProblem(400, 'a message is text in UTF-8');
  }
}

export async function pollEvents(
  events: EventService,
  counts: EventCounts,
  query: URLSearchParams,
  signal: AbortSignal,
  answer: ServerResponse,
): Promise<void> {
  const page = await events.after({
    after: cursorIn(query.get('after')),
    limit: wholeIn(query, 'limit', { default: 100, min: 1, max: UserLimit.pageEvents }),
    waitMs: wholeIn(query, 'waitMs', { default: 0, min: 0, max: UserLimit.waitMs }),
    signal,
  });
  counts.delivered(page.events.length);
  sendJson(answer, 200, page);
}

/** Sends events until the receiver leaves or the node drains. A slow receiver is simply asked for less often: nothing piles up. */
export async function streamEvents(
  events: EventService,
  counts: EventCounts,
  request: IncomingMessage,
  query: URLSearchParams,
  signal: AbortSignal,
  answer: ServerResponse,
): Promise<void> {
  const resumedFrom = request.headers['last-event-id'];
  let cursor = cursorIn(typeof resumedFrom === 'string' ? resumedFrom : query.get('after'));
  // Before the head goes out, so that everything published after the receiver has seen it will come.
  let page = await events.after({ after: cursor, limit: 100, waitMs: 0, signal });
  answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let text = ': connected\n\n';
  while (!signal.aborted) {
    text += (page.gap ? 'event: gap\ndata: {}\n\n' : '') + page.events.map(frameOf).join('');
    if (text !== '') await write(answer, text, signal);
    counts.delivered(page.events.length);
    cursor = page.lastId;
    page = await events.after({ after: cursor, limit: 100, waitMs: streamBeatMs, signal });
    text = page.events.length === 0 ? ': still here\n\n' : '';
  }
  answer.end();
}

function frameOf(event: UserEvent): string {
  return `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`;
}

async function write(answer: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (answer.write(text)) return;
  await once(answer, 'drain', { signal }).catch(() => undefined);
}

function cursorIn(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const cursor = Number(text);
  if (Number.isSafeInteger(cursor) && cursor >= 0) return cursor;
  throw new HttpProblem(
    400,
    `after is '${text.slice(0, 40)}': write the id of an event, or 0 for the oldest`,
  );
}

function wholeIn(
  query: URLSearchParams,
  name: string,
  bounds: { default: number; min: number; max: number },
): number {
  const text = query.get(name);
  if (text === null) return bounds.default;
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
  throw new HttpProblem(400, `${name} is '${text.slice(0, 40)}': write ${bounds.min} to ${bounds.max}`);
}
