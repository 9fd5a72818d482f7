// Tokens: what a chain allows, and that nobody makes more of one than its holder was given.
import { describe, expect, it } from 'vitest';
import { derive, digestOf, issue, readCapability, seal } from '../../../../node-image/contract/capability.ts';
import { readChange, signChange } from '../../../../node-image/contract/access-change.ts';
import { newKeyPair, privateKey, publicKey, sign } from '../../../../node-image/contract/signed.ts';

const pair = await newKeyPair();
const authority = await privateKey(pair);
const trusted = await publicKey(pair.x);
const other = await privateKey(await newKeyPair());
const bob = { user: 'bob', rights: ['publish', 'read'] as const, expiresAtMs: 5000.5 };

describe('a token', () => {
  it('says whose it is, what it allows and when it ends, to the millisecond', async () => {
    const { token, id } = await issue(bob, authority);
    expect(await readCapability(token, trusted)).toEqual({
      ...bob,
      token,
      ids: [id],
      digest: undefined,
    });
  });

  it('is worth nothing when somebody else has signed it', async () => {
    expect(await readCapability((await issue(bob, other)).token, trusted)).toBeUndefined();
  });

  it('allows no more once it was handed on, and dies with the one that it was derived from', async () => {
    const first = await issue(bob, authority);
    const less = await derive(first.token, { rights: ['read', 'fetch'], expiresAtMs: 9000 });
    expect(await readCapability(less.token, trusted)).toMatchObject({
      user: 'bob',
      ids: [first.id, less.id],
      rights: ['read'],
      expiresAtMs: 5000.5,
    });
  });

  it.each([
    ['without its key', (token: string) => token.split('~')[0] ?? ''],
    ['with the key of another', async (token: string) => `${token.split('~')[0]}~${(await newKeyPair()).d}`],
    [
      'with a claim changed',
      (token: string) => token.replace(/\.(.)/, (_, c) => `.${c === 'e' ? 'f' : 'e'}`),
    ],
    ['of nothing', () => ''],
    ['that is no token', () => 'a.b.c~d'],
    ['that is longer than any', (token: string) => token + 'x'.repeat(5000)],
  ])('%s is refused', async (_, spoil) => {
    const { token } = await issue(bob, authority);
    expect(await readCapability(await spoil(token), trusted)).toBeUndefined();
  });

  it('can’t be made of a sealed one, which is good for one message alone', async () => {
    const { token } = await issue(bob, authority);
    const sealed = await seal(token, 'hello', 4000);
    expect(await readCapability(sealed, trusted)).toMatchObject({
      digest: digestOf('hello'),
      expiresAtMs: 4000,
    });
    const [first = '', second = ''] = sealed.split('~');
    const { d } = await newKeyPair();
    for (const made of [first, `${first}~${d}`, `${sealed}~${d}`, second])
      expect(await readCapability(made, trusted)).toBeUndefined();
    await expect(seal(sealed, 'other', 4000)).rejects.toThrow(TypeError);
  });
});

describe('a change of rights', () => {
  const change = { user: 'bob', rights: ['read'] as const, revoked: ['a', 'b'] };

  it('is read as it was signed', async () => {
    expect(await readChange(await signChange(change, authority), trusted)).toEqual(change);
  });

  it.each([
    ['signed by another', () => signChange(change, other)],
    ['that is none', () => sign({ change: { user: 'bob' } }, authority)],
    ['that is a token', async () => (await issue(bob, authority)).token.split('~')[0] ?? ''],
  ])('%s is none', async (_, make) => {
    expect(await readChange(await make(), trusted)).toBeUndefined();
  });
});
