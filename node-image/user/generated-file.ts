// The content of a file is a pure function of its name and length, so that every node has the same files without any being copied
// or stored: the AES-128-CTR keystream under a key made from the name. Counter mode gives any range without what is before it.
import { createCipheriv, createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ByteRange } from '../http/byte-range.ts';

const aesBlockBytes = 16;
const chunkBytes = 64 * 1024;
const zeros = Buffer.alloc(chunkBytes);

/** The bytes of a range of the file, in chunks of at most 64 KiB. The same name gives the same bytes, always and everywhere. */
export function* generateFile(name: string, range: ByteRange): Generator<Buffer> {
  const key = createHash('sha256').update(`topolab file ${name}`).digest().subarray(0, aesBlockBytes);
  const counter = Buffer.alloc(aesBlockBytes);
  counter.writeBigUInt64BE(BigInt(Math.floor(range.start / aesBlockBytes)), 8);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  cipher.update(zeros.subarray(0, range.start % aesBlockBytes));
  for (let at = range.start; at < range.end; ) {
    const bytes = Math.min(chunkBytes, range.end - at);
    yield cipher.update(zeros.subarray(0, bytes));
    at += bytes;
  }
}

/** SHA-256 of the whole file, in slices between which other work gets its turn. Stops when aborted. */
export async function hashFile(name: string, bytes: number, signal: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256');
  let chunks = 0;
  for (const chunk of generateFile(name, { start: 0, end: bytes })) {
    hash.update(chunk);
    chunks += 1;
    if (chunks % 8 === 0) await nextTurn(undefined, { signal });
  }
  return hash.digest();
}
