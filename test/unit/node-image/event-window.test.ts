import { describe, expect, test } from 'vitest';
import { MemoryEvents } from '../../../node-image/server/memory-store.ts';
import { EventWindow } from '../../../node-image/user/event-window.ts';
import type { EventQuery, UserEvent } from '../../../node-image/user/user-service.ts';

const event = (id: number, message = `m${id}`): UserEvent => ({
  id,
  publishedAtMs: id,
  publishedBy: 'n',
  message,
});
const query = (after?: number, more: Partial<EventQuery> = {}): EventQuery => ({
  after,
  limit: 100,
  waitMs: 0,
  signal: new AbortController().signal,
  ...more,
});
const ids = (events: readonly UserEvent[]): number[] => events.map(({ id }) => id);

describe('the window of newest events', () => {
  test('a cursor gets what comes after it, in order, up to the limit', async () => {
    const window = new EventWindow(0, { events: 10, bytes: 1e6 });
    window.add([event(1), event(2), event(3), event(4)]);
    const page = await window.after(query(1, { limit: 2 }));
    expect(ids(page.events)).toEqual([2, 3]);
    expect(page).toMatchObject({ lastId: 3, gap: false });
  });

  test('events that are here already are not added twice', async () => {
    const window = new EventWindow(0, { events: 10, bytes: 1e6 });
    window.add([event(1), event(2)]);
    window.add([event(1), event(2), event(3)]);
    expect(ids((await window.after(query(0))).events)).toEqual([1, 2, 3]);
  });

  test('without a cursor only what is published from now on is seen', async () => {
    const window = new EventWindow(0, { events: 10, bytes: 1e6 });
    window.add([event(1)]);
    expect(await window.after(query())).toEqual({ events: [], lastId: 1, gap: false });
  });

  test('the oldest are dropped beyond the bound, and a cursor before them is told of the gap', async () => {
    const window = new EventWindow(0, { events: 3, bytes: 1e6 });
    for (let id = 1; id <= 1000; id += 1) window.add([event(id)]);
    const page = await window.after(query(5));
    expect(ids(page.events)).toEqual([998, 999, 1000]);
    expect(page.gap).toBe(true);
    expect((await window.after(query(997))).gap).toBe(false);
    expect((await window.after(query(0))).gap).toBe(false);
  });

  test('the bound on bytes holds too', async () => {
    const window = new EventWindow(0, { events: 1000, bytes: 5000 });
    for (let id = 1; id <= 10; id += 1) window.add([event(id, 'x'.repeat(1000))]);
    expect(ids((await window.after(query(0))).events)).toEqual([7, 8, 9, 10]);
  });

  test('those who wait get the next event', async () => {
    const window = new EventWindow(0, { events: 10, bytes: 1e6 });
    const waiting = [
      window.after(query(0, { waitMs: 60_000 })),
      window.after(query(undefined, { waitMs: 60_000 })),
    ];
    window.add([event(1)]);
    for (const page of await Promise.all(waiting)) expect(ids(page.events)).toEqual([1]);
  });

  test('a cursor from a node that is ahead waits for events after it', async () => {
    const window = new EventWindow(0, { events: 10, bytes: 1e6 });
    const waiting = window.after(query(2, { waitMs: 60_000 }));
    window.add([event(1), event(2)]);
    window.add([event(3)]);
    expect(ids((await waiting).events)).toEqual([3]);
  });

  test('a wait ends at once with an empty page when its signal aborts', async () => {
    const window = new EventWindow(0, { events: 10, bytes: 1e6 });
    const leaving = new AbortController();
    const waiting = window.after(query(0, { waitMs: 60_000, signal: leaving.signal }));
    leaving.abort();
    expect((await waiting).events).toEqual([]);
  });
});

test('every receiver in memory sees every event once, in one order', async () => {
  const events = new MemoryEvents('n', () => 1000);
  const receive = async (): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor = 0; seen.length < 50; ) {
      const page = await events.after(query(cursor, { limit: 7, waitMs: 60_000 }));
      cursor = page.lastId;
      seen.push(...page.events.map(({ message }) => message));
    }
    return seen;
  };
  const receivers = [receive(), receive(), receive()];
  for (let index = 0; index < 50; index += 1) {
    await events.publish(`m${index}`);
  }
  const expected = Array.from({ length: 50 }, (_, index) => `m${index}`);
  for (const seen of await Promise.all(receivers)) expect(seen).toEqual(expected);
});
