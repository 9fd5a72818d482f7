// Bytes in, whole lines out: lines and multi-byte characters may be cut anywhere.
import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is given in parts, so that a program that never ends its line cannot fill our memory. */
const longestLine = 1 << 20;

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(data: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(data)).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longestLine) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return lines.map((line) => line.replace(/\r$/, ''));
  }

  /** What came after the last line end, if anything. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
