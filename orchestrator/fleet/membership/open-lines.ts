// What a node has written of lines that it has not ended yet. Engines keep whole lines only: a prompt, or a last word without a line end, is
// in no log until the node says more.
import { setTimeout as sleep } from 'node:timers/promises';

type Source = 'stdout' | 'stderr';

/** So long nothing must come after it until an open line is looked at: it may be the first half of a line. */
const quietMs = 200;
/** No more of it is kept than this. */
const mostLength = 16 * 1024;

export class OpenLines {
  readonly #open: Record<Source, string> = { stdout: '', stderr: '' };

  /** What came next from a source. */
  push(source: Source, text: string): void {
    const all = this.#open[source] + text;
    this.#open[source] = all.slice(all.lastIndexOf('\n') + 1).slice(-mostLength);
  }

  /** Resolves when an open line matches and nothing more has come. Rejects when the signal aborts. */
  async until(pattern: RegExp, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { stdout, stderr } = this.#open;
      await sleep(quietMs, undefined, { signal });
      if (stdout !== '' && stdout === this.#open.stdout && pattern.test(stdout)) return;
      if (stderr !== '' && stderr === this.#open.stderr && pattern.test(stderr)) return;
    }
  }
}
