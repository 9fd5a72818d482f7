// The door of a node: who is let in, with which answer others are sent away, and that what goes on ends.
import type { IncomingMessage } from 'node:http';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Guard } from '../../../../node-image/access/guard.ts';
import { type Known, permits } from '../../../../node-image/access/policy.ts';
import type { RightsSource } from '../../../../node-image/access/rights-source.ts';
import { signChange } from '../../../../node-image/contract/access-change.ts';
import { issue, nodeUser, seal } from '../../../../node-image/contract/capability.ts';
import { newKeyPair, privateKey } from '../../../../node-image/contract/signed.ts';
import { admittedEvents } from '../../../../node-image/user/admitted-events.ts';
import type { EventService } from '../../../../node-image/user/user-service.ts';

const pair = await newKeyPair();
const authority = await privateKey(pair);
const laterMs = Date.now() + 3_600_000;
const { token, id } = await issue({ user: 'bob', rights: ['read'], expiresAtMs: laterMs }, authority);
const settings = { authority: pair.x, cacheMs: 60_000, push: true, ignored: false, token: '' };

let known: Known;
let tell: () => void;
const source: RightsSource = {
  allows: async (capability, right) => permits(known, capability, right),
  rightsNow: async () => known.rights,
  change: async ({ rights, revoked }) => void (known = { rights, revoked: new Set(revoked) }),
  onChange: (changed) => void (tell = changed),
};
const asking = (authorization?: string) => ({ headers: { authorization } }) as IncomingMessage;
const guardOf = async (parts = {}) => Guard.make({ ...settings, ...parts }, source, new Registry());

beforeEach(() => {
  known = { rights: ['read'], revoked: new Set() };
});

describe('a request', () => {
  it('is let in with a token in either form', async () => {
    const guard = await guardOf();
    const basic = `Basic ${Buffer.from(`node:${token}`).toString('base64')}`;
    for (const header of [`Bearer ${token}`, basic])
      expect(await guard.admit(asking(header), 'read')).toMatchObject({ token });
    expect(await guard.admit(asking(`Bearer ${token}`), undefined)).toMatchObject({ token });
  });

  it.each([
    ['without a token', 401, async () => undefined],
    ['with a sealed one', 401, async () => `Bearer ${await seal(token, 'x', laterMs)}`],
    [
      'with one that has expired',
      401,
      async () =>
        `Bearer ${(await issue({ user: 'bob', rights: ['read'], expiresAtMs: Date.now() }, authority)).token}`,
    ],
    [
      'with one of somebody’s own making',
      401,
      async () =>
        `Bearer ${(await issue({ user: 'bob', rights: ['read'], expiresAtMs: laterMs }, await privateKey(await newKeyPair()))).token}`,
    ],
  ])('%s is refused with %i', async (_, status, header) => {
    await expect((await guardOf()).admit(asking(await header()), 'read')).rejects.toMatchObject({ status });
  });

  it('without the right, or with a revoked token, is refused with 403', async () => {
    const guard = await guardOf();
    await expect(guard.admit(asking(`Bearer ${token}`), 'publish')).rejects.toMatchObject({ status: 403 });
    known = { rights: ['read'], revoked: new Set([id]) };
    await expect(guard.admit(asking(`Bearer ${token}`), 'read')).rejects.toMatchObject({ status: 403 });
  });

  it('of a node of the run needs no policy, and gets no more than its token says', async () => {
    const guard = await guardOf();
    const node = await issue({ user: nodeUser, rights: ['fetch'], expiresAtMs: laterMs }, authority);
    await guard.admit(asking(`Bearer ${node.token}`), 'fetch');
    await expect(guard.admit(asking(`Bearer ${node.token}`), 'read')).rejects.toMatchObject({ status: 403 });
  });

  it('is let in by whoever ignores the policy', async () => {
    const admission = await (await guardOf({ ignored: true })).admit(asking(), 'publish');
    await expect(admission.renew()).resolves.toBeUndefined();
  });
});

describe('what goes on', () => {
  it('ends when its user may do it no longer, as soon as that is told', async () => {
    const guard = await guardOf();
    const admission = await guard.admit(asking(`Bearer ${token}`), 'read');
    guard.keep(admission);
    known = { rights: [], revoked: new Set() };
    tell();
    await vi.waitFor(() => expect(admission.ended.aborted).toBe(true));
  });

  it('hands out no event that came after the right was lost', async () => {
    const admission = await (await guardOf()).admit(asking(`Bearer ${token}`), 'read');
    const events: EventService = {
      publish: async () => ({ id: 1, publishedAtMs: 1 }),
      after: async () => {
        known = { rights: [], revoked: new Set() };
        return { events: [], lastId: 1, gap: false };
      },
    };
    const query = { after: 0, limit: 1, waitMs: 0, signal: new AbortController().signal };
    await expect(admittedEvents(events, admission).after(query)).rejects.toMatchObject({ status: 403 });
  });
});

it('a change counts only where the authority has signed it', async () => {
  const guard = await guardOf();
  const change = { user: 'bob', rights: [], revoked: [id] };
  const forged = await signChange(change, await privateKey(await newKeyPair()));
  await expect(guard.change(forged)).rejects.toMatchObject({ status: 403 });
  expect(known.rights).toEqual(['read']);
  await guard.change(await signChange(change, authority));
  expect(known).toEqual({ rights: [], revoked: new Set([id]) });
});
