// Docker's multiplexed streams: frames of an 8-byte header (source, three zeros, length big-endian) and a payload, cut
// anywhere by the transport.

const headerBytes = 8;

export interface Piece {
  readonly source: 'stdout' | 'stderr';
  readonly data: Buffer;
  /** Whether a frame begins here. */
  readonly starts: boolean;
}

/** Takes chunks as they come and gives payloads at once, also of frames that have not arrived in full. */
export class FrameParser {
  #header = Buffer.alloc(0);
  #source: Piece['source'] = 'stdout';
  #remaining = 0;
  #starts = false;

  push(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#remaining === 0) {
        at = this.#readHeader(chunk, at);
        continue;
      }
      const data = chunk.subarray(at, at + this.#remaining);
      pieces.push({ source: this.#source, data, starts: this.#starts });
      this.#starts = false;
      at += data.length;
      this.#remaining -= data.length;
    }
    return pieces;
  }

  #readHeader(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + headerBytes - this.#header.length);
    this.#header = Buffer.concat([this.#header, part]);
    if (this.#header.length === headerBytes) {
      this.#source = this.#header[0] === 2 ? 'stderr' : 'stdout';
      this.#remaining = this.#header.readUInt32BE(4);
      this.#starts = true;
      this.#header = Buffer.alloc(0);
    }
    return at + part.length;
  }
}
