// Rights among peers: what a message must carry, how a revocation spreads, and what a newcomer may do before it knows.
import { beforeEach, describe, expect, it } from 'vitest';
import { signChange } from '../../../../node-image/contract/access-change.ts';
import { issue, readCapability } from '../../../../node-image/contract/capability.ts';
import { newKeyPair, privateKey, publicKey } from '../../../../node-image/contract/signed.ts';
import type { GossipBus, Receiver } from '../../../../node-image/network/gossip-bus.ts';
import { PeerRights } from '../../../../node-image/network/peer-rights.ts';
import { Revocations } from '../../../../node-image/network/revocations.ts';

const pair = await newKeyPair();
const authority = await privateKey(pair);
const trusted = await publicKey(pair.x);
const laterMs = Date.now() + 3_600_000;
const bob = await issue({ user: 'bob', rights: ['publish'], expiresAtMs: laterMs }, authority);
const revoked = await signChange({ user: 'bob', rights: [], revoked: [bob.id] }, authority);

let receive: Receiver;
let published: string[];
const bus = {
  on: (_: number, receiver: Receiver) => void (receive = receiver),
  publish: async (_: number, __: number, body: Uint8Array) => void published.push(String(body)),
} as unknown as GossipBus;
const peer = (parts = {}) =>
  new PeerRights({
    authority: trusted,
    revocations: new Revocations(trusted),
    bus,
    push: true,
    ignored: false,
    joined: Promise.resolve(),
    ...parts,
  });
const gossip = async (body: string) =>
  receive({
    key: Buffer.alloc(12),
    kind: 4,
    publishedAtMs: 0,
    publishedBy: 'peers-2',
    body: Buffer.from(body),
  });

beforeEach(() => {
  published = [];
});

describe('a message', () => {
  it('is believed where somebody who may publish has said it', async () => {
    const rights = peer();
    const sealed = await rights.seal(bob.token, 'hello');
    expect(await rights.mayHaveSaid(sealed, 'hello')).toBe(true);
    expect(await rights.mayHaveSaid(sealed, 'other words')).toBe(false);
    expect(await rights.mayHaveSaid('', 'hello')).toBe(false);
    // What passes through other peers is no token that they could use.
    expect(await rights.mayHaveSaid(bob.token, 'hello')).toBe(false);
  });

  it('of a revoked user is not, whoever hands it on; only a peer that ignores the policy believes it', async () => {
    const rogue = peer({ ignored: true });
    const sealed = await rogue.seal(bob.token, 'hello');
    const rights = peer();
    expect(await gossip(revoked)).toBe(true);
    expect(await rights.mayHaveSaid(sealed, 'hello')).toBe(false);
    expect(await rogue.mayHaveSaid('', 'anything')).toBe(true);
  });
});

describe('a revocation', () => {
  it('is told by gossip once, or not at all where peers are to ask', async () => {
    const change = { user: 'bob', rights: [], revoked: [bob.id] };
    const telling = peer();
    await telling.change(change, revoked);
    await telling.change(change, revoked);
    await peer({ push: false }).change(change, revoked);
    expect(published).toEqual([revoked]);
  });

  it('that the authority has not signed is neither believed nor passed on', async () => {
    peer();
    const forger = await privateKey(await newKeyPair());
    expect(await gossip(await signChange({ user: 'bob', rights: [], revoked: [bob.id] }, forger))).toBe(
      false,
    );
  });

  it('is learned from a neighbour: afterwards both know the same', async () => {
    const [one, two] = [new Revocations(trusted), new Revocations(trusted)];
    expect(await one.take(revoked)).toBe('news');
    expect(await one.take(revoked)).toBe('known');
    expect(one.digest).not.toBe(two.digest);
    await two.takeAll(one.all);
    expect(two.digest).toBe(one.digest);
    expect([...two.revoked]).toEqual([bob.id]);
    await expect(two.takeAll('nonsense')).rejects.toThrow(TypeError);
  });
});

it('a newcomer lets nobody in until it knows what the others know', async () => {
  const joined = Promise.withResolvers<void>();
  const revocations = new Revocations(trusted);
  const rights = peer({ joined: joined.promise, revocations });
  const capability = await readCapability(bob.token, trusted);
  if (capability === undefined) throw new Error('the token is genuine');
  const allowed = rights.allows(capability, 'publish');
  await revocations.take(revoked);
  joined.resolve();
  expect(await allowed).toBe(false);
});
