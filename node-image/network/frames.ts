// Cuts a stream of bytes into frames: each is its length in four bytes, then that many bytes.

/** Nothing we ask or answer is longer; a stream that claims so is broken. */
export const maxFrameBytes = 4 * 1024 * 1024;

export function frameOf(content: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(4 + content.length);
  frame.writeUInt32BE(content.length, 0);
  content.copy(frame, 4);
  return frame;
}

/** Collects chunks until frames are whole. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** The frames that this chunk completes, in order. Throws where a frame is longer than maxFrameBytes. */
  push(chunk: Uint8Array): Buffer[] {
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#bytes += chunk.byteLength;
    const frames: Buffer[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Buffer | undefined {
    if (this.#bytes < 4) return undefined;
    if ((this.#chunks[0]?.length ?? 0) < 4) this.#join();
    const length = this.#chunks[0]?.readUInt32BE(0) ?? 0;
    if (length > maxFrameBytes) throw new RangeError(`a frame of ${length} bytes`);
    if (this.#bytes < 4 + length) return undefined;
    const all = this.#join();
    const rest = all.subarray(4 + length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    return all.subarray(4, 4 + length);
  }

  #join(): Buffer {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only !== undefined) return only;
    const all = Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [all];
    return all;
  }
}
