// What travels through GossipSub: a header that identifies and times the message, then its body. The id is in the header so that
// nobody has to hash the whole of each message to recognise it.
//
//   0        8          12     13              21          22          22+n
//   publisher sequence  kind   published at ms n = length  node name   body
import { randomBytes } from 'node:crypto';

export const MessageKind = { event: 1, transaction: 2, members: 3, revocation: 4 } as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

export interface GossipMessage {
  /** By which it is recognised wherever it arrives. */
  readonly key: Buffer;
  readonly kind: number;
  /** Clock of the publisher, milliseconds since 1970. */
  readonly publishedAtMs: number;
  readonly publishedBy: string;
  readonly body: Buffer;
}

const idBytes = 12;
const headerBytes = 22;

/** Keys that nobody else gives. */
export class MessageKeys {
  readonly #publisher = randomBytes(8);
  #sequence = 0;

  next(): Buffer {
    const key = Buffer.allocUnsafe(idBytes);
    this.#sequence += 1;
    key.set(this.#publisher, 0);
    key.writeUInt32BE(this.#sequence, 8);
    return key;
  }
}

/** Numbers and writes the messages of one process. */
export class MessageWriter {
  readonly #keys = new MessageKeys();
  readonly #name: Buffer;

  /** @param node a name of at most 255 bytes; the rest is cut */
  constructor(node: string) {
    this.#name = Buffer.from(node).subarray(0, 255);
  }

  /** @param key of a message that already has one. Default: a new one. */
  write(kind: MessageKind, publishedAtMs: number, body: Uint8Array, key = this.#keys.next()): Buffer {
    const message = Buffer.allocUnsafe(headerBytes + this.#name.length + body.length);
    message.set(key, 0);
    message.writeUInt8(kind, idBytes);
    message.writeDoubleBE(publishedAtMs, 13);
    message.writeUInt8(this.#name.length, 21);
    message.set(this.#name, headerBytes);
    message.set(body, headerBytes + this.#name.length);
    return message;
  }
}

/** Undefined where it is no message of ours. */
export function readMessage(data: Uint8Array): GossipMessage | undefined {
  const message = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (message.length < headerBytes) return undefined;
  const bodyAt = headerBytes + message.readUInt8(21);
  if (message.length < bodyAt) return undefined;
  return {
    key: message.subarray(0, idBytes),
    kind: message.readUInt8(idBytes),
    publishedAtMs: message.readDoubleBE(13),
    publishedBy: message.toString('utf8', headerBytes, bodyAt),
    body: message.subarray(bodyAt),
  };
}

/** The id of a message as GossipSub carries it. */
export function messageIdOf(data: Uint8Array): Uint8Array {
  return data.subarray(0, idBytes);
}

/** Its kind, without reading the rest; undefined where it has none. */
export function messageKindOf(data: Uint8Array): number | undefined {
  return data[idBytes];
}

/** The same id as a string, of a whole message or of an id. */
export function messageKeyOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, Math.min(idBytes, data.byteLength)).toString('latin1');
}
