// One transaction: numbered and signed (Ed25519) by its sender, whose public key is its name.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

export interface Transaction {
  /** Public key of the sender, 32 bytes in base64url. */
  readonly sender: string;
  /** From 1, without gaps, by each sender. */
  readonly sequence: number;
  readonly payload: string;
  /** Clock of the sender, milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Base64url. */
  readonly signature: string;
}

export function idOf({ sender, sequence }: Pick<Transaction, 'sender' | 'sequence'>): string {
  return `${sender}.${sequence}`;
}

/** Makes the transactions of one sender, with a key of its own. */
export class Signer {
  readonly sender: string;
  readonly #key: KeyObject;
  #sequence = 0;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.sender = publicKey.export({ format: 'jwk' }).x ?? '';
  }

  sign(payload: string, createdAtMs: number): Transaction {
    this.#sequence += 1;
    const unsigned = { sender: this.sender, sequence: this.#sequence, payload, createdAtMs };
    return { ...unsigned, signature: sign(null, signedBytes(unsigned), this.#key).toString('base64url') };
  }
}

/** Checks signatures; keys once parsed are kept, for parsing costs as much as checking. */
export class Verifier {
  readonly #keys = new Map<string, KeyObject | undefined>();
  readonly #keptKeys = 10_000;

  /** The transaction, where it is one and its sender signed it; undefined otherwise. */
  check(value: unknown): Transaction | undefined {
    if (!isTransaction(value)) return undefined;
    const key = this.#keyOf(value.sender);
    if (key === undefined) return undefined;
    const signature = Buffer.from(value.signature, 'base64url');
    return verify(null, signedBytes(value), key, signature) ? value : undefined;
  }

  #keyOf(sender: string): KeyObject | undefined {
    if (this.#keys.has(sender)) return this.#keys.get(sender);
    const key = publicKeyOf(sender);
    if (this.#keys.size >= this.#keptKeys) this.#keys.clear();
    this.#keys.set(sender, key);
    return key;
  }
}

function publicKeyOf(sender: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: sender }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function signedBytes({ sender, sequence, createdAtMs, payload }: Omit<Transaction, 'signature'>): Buffer {
  return Buffer.from(`${sender}.${sequence}.${createdAtMs}.${payload}`);
}

function isTransaction(value: unknown): value is Transaction {
  if (typeof value !== 'object' || value === null) return false;
  const { sender, sequence, payload, createdAtMs, signature } = value as Partial<
    Record<keyof Transaction, unknown>
  >;
  return (
    typeof sender === 'string' &&
    Number.isSafeInteger(sequence) &&
    Number(sequence) >= 1 &&
    typeof payload === 'string' &&
    typeof createdAtMs === 'number' &&
    typeof signature === 'string'
  );
}
