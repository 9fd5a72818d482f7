// How a server hands over what it keeps to nodes that become peers, and takes it back from them.
import type { CopiedRecord } from '../contract/way.ts';
import { HttpProblem, sendJson } from '../http/http-problem.ts';
import { readJson } from '../http/read-body.ts';
import type { LoggedEvent } from '../user/event-log.ts';
import type { SwitchDoor } from '../user/switch-door.ts';
import type { EventService } from '../user/user-service.ts';
import type { PostgresRecords } from './postgres-records.ts';

/** A page and the longest copy there can be. */
const mostBytes = 2 * 1024 * 1024;

export function copiesDoor(store: {
  readonly records: Pick<PostgresRecords, 'after' | 'keep'>;
  readonly events: Pick<EventService, 'publish'>;
}): SwitchDoor {
  return {
    answer: async (route, query, request, answer) => {
      if (route === '/copies/records' && request.method === 'GET') {
        sendJson(answer, 200, await store.records.after(query.get('after') ?? ''));
        return;
      }
      if (route !== '/copies/records' && route !== '/copies/events')
        throw new HttpProblem(404, 'a server goes no way but its own');
      if (request.method !== 'POST') throw new HttpProblem(405, 'use POST', { allow: 'POST' });
      const copies = await readJson(request, mostBytes);
      if (route === '/copies/records') await store.records.keep(eachOf(copies, isRecord));
      else
        await Promise.all(eachOf<LoggedEvent>(copies, isEvent).map((event) => publish(store.events, event)));
      answer.writeHead(204);
      answer.end();
    },
  };
}

async function publish(events: Pick<EventService, 'publish'>, { message, ...origin }: LoggedEvent) {
  await events.publish(message, undefined, origin);
}

function eachOf<Copy>(copies: unknown, is: (copy: Partial<Record<string, unknown>>) => boolean): Copy[] {
  if (Array.isArray(copies) && copies.every((copy) => is(Object(copy)))) return copies as Copy[];
  throw new HttpProblem(400, 'a list of copies was expected');
}

function isRecord({
  id,
  contentType,
  value,
  writtenAtMs,
}: Partial<Record<keyof CopiedRecord, unknown>>): boolean {
  const texts = typeof id === 'string' && typeof contentType === 'string';
  return texts && (value === null || typeof value === 'string') && Number.isFinite(writtenAtMs);
}

function isEvent({
  key,
  publishedAtMs,
  publishedBy,
  message,
}: Partial<Record<keyof LoggedEvent, unknown>>): boolean {
  const texts = [key, publishedBy, message].every((text) => typeof text === 'string');
  return texts && Number.isFinite(publishedAtMs);
}
