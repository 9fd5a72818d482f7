// JSON signed with Ed25519, as compact JWS (RFC 7515, RFC 8037). Times in it are milliseconds: a JWT's own check of `exp` counts whole
// seconds, so that what has expired would go on for up to a second.
import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK } from 'jose';

export type Key = Awaited<ReturnType<typeof importJWK>>;

/** Both halves of a key, base64url: what a JWK has as `x` and `d`. */
export interface KeyPair {
  readonly x: string;
  readonly d: string;
}

const alg = 'EdDSA';

export async function newKeyPair(): Promise<KeyPair> {
  const { privateKey } = await generateKeyPair(alg, { crv: 'Ed25519', extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  return { x, d };
}

/** Of `x`, which checks signatures. Fails where it is no key. */
export async function publicKey(x: string): Promise<Key> {
  return importJWK({ kty: 'OKP', crv: 'Ed25519', x }, alg);
}

/** Which makes signatures. Fails where it is no key. */
export async function privateKey({ x, d }: KeyPair): Promise<Key> {
  return importJWK({ kty: 'OKP', crv: 'Ed25519', x, d }, alg);
}

export async function sign(claims: object, key: Key): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg }).sign(key);
}

/** The claims; undefined where this key has not signed them, or they are no object. Never throws. */
export async function verified(
  jws: string,
  key: Key,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { payload } = await compactVerify(jws, key, { algorithms: [alg, 'Ed25519'] });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
