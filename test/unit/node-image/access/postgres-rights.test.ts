// How long a server believes its database: never longer than it was told to, counted from the question.
import { expect, it } from 'vitest';
import type { Right } from '../../../../node-image/contract/access-rights.ts';
import { PostgresRights } from '../../../../node-image/server/postgres-rights.ts';

const bob = { token: '', user: 'bob', ids: ['t1'], rights: [], expiresAtMs: 0, digest: undefined };

/** A database with one user, whose answers can be held back. */
class Database {
  rights: Right[] = ['read'];
  revoked: string[] = [];
  asked = 0;
  held: (() => void)[] = [];
  holds = false;

  async query<Row extends object>(operation: string): Promise<Row[]> {
    if (operation !== 'read_rights') return [];
    this.asked += 1;
    const answer = { rights: [...this.rights], revoked: [...this.revoked] };
    if (this.holds) await new Promise<void>((resolve) => this.held.push(resolve));
    return [answer as unknown as Row];
  }
}

function server(cacheMs: number) {
  const database = new Database();
  const clock = { nowMs: 0 };
  return { database, clock, rights: new PostgresRights(database, cacheMs, () => clock.nowMs) };
}

it('asks once within the time, and again after it', async () => {
  const { database, clock, rights } = server(2000);
  expect(await rights.allows(bob, 'read')).toBe(true);
  expect(await rights.allows(bob, 'publish')).toBe(false);
  database.rights = [];
  clock.nowMs = 1999;
  expect(await rights.allows(bob, 'read')).toBe(true);
  expect(database.asked).toBe(1);
  clock.nowMs = 2000;
  expect(await rights.allows(bob, 'read')).toBe(false);
});

it('counts from the question, however late the answer comes', async () => {
  const { database, clock, rights } = server(2000);
  database.holds = true;
  const waiting = rights.allows(bob, 'read');
  clock.nowMs = 1500;
  database.held.forEach((answer) => answer());
  expect(await waiting).toBe(true);
  database.holds = false;
  database.rights = [];
  clock.nowMs = 2000;
  expect(await rights.allows(bob, 'read')).toBe(false);
});

it('asks for each request where it may believe nothing, and lets no late answer stand for a new one', async () => {
  const { database, rights } = server(0);
  database.holds = true;
  const before = rights.allows(bob, 'read');
  database.rights = [];
  const after = rights.allows(bob, 'read');
  const [first, second] = database.held;
  second?.();
  expect(await after).toBe(false);
  first?.();
  expect(await before).toBe(true);
  database.holds = false;
  expect(await rights.allows(bob, 'read')).toBe(false);
  expect(database.asked).toBe(3);
});

it('forgets a user when it is told to, an answer on its way included', async () => {
  const { database, rights } = server(60_000);
  let changes = 0;
  rights.onChange(() => (changes += 1));
  database.holds = true;
  const onItsWay = rights.allows(bob, 'read');
  database.rights = [];
  rights.forget('bob');
  database.held.forEach((answer) => answer());
  await onItsWay;
  database.holds = false;
  expect(await rights.allows(bob, 'read')).toBe(false);
  expect(changes).toBe(1);
});

it('refuses a token that was revoked, and not the user’s others', async () => {
  const { database, rights } = server(0);
  database.revoked = ['t1'];
  expect(await rights.allows(bob, 'read')).toBe(false);
  expect(await rights.allows({ ...bob, ids: ['t2'] }, 'read')).toBe(true);
  expect(await rights.allows({ ...bob, ids: ['t2', 't1'] }, 'read')).toBe(false);
  expect(await rights.rightsNow(bob)).toEqual([]);
});
