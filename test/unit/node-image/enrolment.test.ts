// Invitations and credentials, and a server that serves enrolled nodes alone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialHeader, credentialOf, holderOf } from '../../../node-image/enrolment/credential.ts';
import { MemoryInvitations } from '../../../node-image/enrolment/invitations.ts';
import { OwnEnrolment } from '../../../node-image/enrolment/own-enrolment.ts';
import { type RunningServer, startServer } from '../../../node-image/server/server.ts';

describe('an invitation', () => {
  let nowMs = 1000;
  const kept = new MemoryInvitations(() => nowMs);

  it('lets one node in, once', async () => {
    const { token } = await kept.issue(5000);
    expect([
      await kept.redeem(token, 'a'),
      await kept.redeem(token, 'a'),
      await kept.redeem(token, 'b'),
    ]).toEqual(['enrolled', 'used', 'used']);
  });

  it('is good until its time is over, to the millisecond', async () => {
    const [in_time, late] = [await kept.issue(100), await kept.issue(100)];
    nowMs += 99;
    expect(await kept.redeem(in_time.token, 'a')).toBe('enrolled');
    nowMs += 1;
    expect(await kept.redeem(late.token, 'a')).toBe('expired');
  });

  it('that nobody has issued is unknown', async () => {
    expect(await kept.redeem('made-up', 'a')).toBe('unknown');
  });
});

describe('a credential', () => {
  it('names its holder, and is good with the key that made it alone', () => {
    const credential = credentialOf('clients-3', 'key');
    expect(holderOf(credential, 'key')).toBe('clients-3');
    expect(holderOf(credential, 'another')).toBeUndefined();
    const [, proof] = credential.split('.');
    expect(holderOf(`${Buffer.from('clients-4').toString('base64url')}.${proof}`, 'key')).toBeUndefined();
    expect(holderOf('', 'key')).toBeUndefined();
  });
});

describe('a server with a key', () => {
  let server: RunningServer;
  let base: string;
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  const invite = async (lifetimeMs = 60_000): Promise<string> => {
    const answer = await post('/invitations', { lifetimeMs }, { authorization: 'Bearer secret' });
    return ((await answer.json()) as { token: string }).token;
  };

  beforeAll(async () => {
    server = await startServer({ PORT: '0', NODE_NAME: 's1', ENROLMENT_KEY: 'secret', DRAIN_MS: '0' });
    base = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  it('invites for whoever has the key, and for nobody else', async () => {
    expect((await post('/invitations', { lifetimeMs: 1000 })).status).toBe(401);
    expect(
      (await post('/invitations', { lifetimeMs: 1000 }, { authorization: 'Bearer guessed' })).status,
    ).toBe(401);
    expect((await post('/invitations', { lifetimeMs: 0 }, { authorization: 'Bearer secret' })).status).toBe(
      400,
    );
    expect(await invite()).toMatch(/^[\w-]{32}$/);
  });

  it('serves enrolled nodes, and refuses all others with what they lack', async () => {
    expect((await fetch(`${base}/work`)).status).toBe(401);
    const own = new OwnEnrolment('clients-1');
    expect([own.unreadyBecause(), own.status()]).toEqual([
      'not enrolled yet',
      { enrolledAtMs: null, by: null },
    ]);
    await own.enrol(base, await invite());
    expect(own.unreadyBecause()).toBeUndefined();
    expect(own.status().by).toBe('s1');
    const headers = { [credentialHeader]: own.credential ?? '' };
    expect((await fetch(`${base}/work`, { headers })).status).toBe(200);
    expect((await fetch(`${base}/work`, { headers: { [credentialHeader]: 'made.up' } })).status).toBe(401);
    // What operators and balancers ask needs none.
    expect((await fetch(`${base}/ready`)).status).toBe(200);
  });

  it('refuses invitations that were used or nobody issued, and the node that has one ends', async () => {
    const token = await invite();
    expect((await post('/enrolments', { node: 'a', token })).status).toBe(201);
    expect((await post('/enrolments', { node: 'b', token })).status).toBe(409);
    await expect(new OwnEnrolment('b').enrol(base, token)).rejects.toThrow('status 409');
    await expect(new OwnEnrolment('b').enrol(base, 'made-up')).rejects.toMatchObject({
      code: 'not-enrolled',
    });
  });
});

describe('a server without a key', () => {
  it('invites nobody, and serves everybody', async () => {
    await using server = await startServer({ PORT: '0', DRAIN_MS: '0' });
    const base = `http://127.0.0.1:${server.port}`;
    expect((await fetch(`${base}/work`)).status).toBe(200);
    expect((await fetch(`${base}/invitations`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await fetch(`${base}/enrolment`)).status).toBe(404);
  });
});
