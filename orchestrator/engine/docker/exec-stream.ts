// A command's standard input and output as one byte stream over a hijacked Docker connection.
import { Duplex } from 'node:stream';
import { FrameParser } from './frames.ts';

/** Writes go to the command's stdin, reads come from its stdout; what it writes to stderr is dropped. */
export class ExecStream extends Duplex {
  readonly #socket: Duplex;
  /** The end of reading has been announced. */
  #ended = false;

  constructor(socket: Duplex) {
    super();
    this.#socket = socket;
    const frames = new FrameParser();
    socket.on('data', (chunk: Buffer) => {
      let room = true;
      for (const { source, data } of frames.push(chunk)) if (source === 'stdout') room = this.push(data);
      if (!room) socket.pause();
    });
    socket.once('end', () => this.#endReading());
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.#afterClose());
    // A lost connection is seen as 'error' by whoever listens and as 'close' by everyone; it never ends the process.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.#socket.resume();
  }

  /** The callback comes when the bytes have left, so that a slow reader in the container slows the writer here. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#socket.write(chunk, callback);
  }

  override _final(callback: () => void): void {
    if (this.#socket.destroyed) callback();
    else this.#socket.end(callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#socket.destroy();
    callback(error);
  }

  #endReading(): void {
    if (this.#ended || this.destroyed) return;
    this.#ended = true;
    this.push(null);
  }

  /** What was read stays readable to the end; only then is the stream closed. */
  #afterClose(): void {
    this.#endReading();
    if (this.readableEnded) this.destroy();
    else this.once('end', () => this.destroy());
  }
}
