// The line to a reaper: a word a second says that the run goes on, and the reaper answers each.
import type { Duplex } from 'node:stream';
import type { Engine } from '../../engine/engine.ts';
import { longestSilence } from './reaper.ts';

const BEAT_MS = 1000;
const BEAT = 'alive\n';

export class ReaperLine {
  readonly #engine: Pick<Engine, 'openStream'>;
  readonly #onDeaf: (words: string) => void;
  #stream: Duplex | undefined;
  #beatAtMs = Date.now();
  #heardAtMs = performance.now();

  /** @param onDeaf the reaper cannot reach its engine, in its words. Called once while it is spoken to. */
  constructor(engine: Pick<Engine, 'openStream'>, onDeaf: (words: string) => void) {
    this.#engine = engine;
    this.#onDeaf = onDeaf;
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  /** When the reaper was last heard, on a steady clock. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /** When it was last spoken to, by the wall clock, which a suspended machine moves on too. */
  get beatAtMs(): number {
    return this.#beatAtMs;
  }

  /** Whether it has not been spoken to for so long that it has given the run up. */
  get stoodStill(): boolean {
    return Date.now() - this.#beatAtMs > longestSilence();
  }

  /** Resolves with whether the line stands. */
  async open(reaper: string): Promise<boolean> {
    try {
      this.#stream = await this.#engine.openStream(reaper, ['topolab-node', 'pipe']);
      this.#heardAtMs = performance.now();
      this.#beatAtMs = Date.now();
      return true;
    } catch {
      return false;
    }
  }

  /** A word out of turn, so that a reaper that is there is heard at once. */
  knock(): void {
    this.#stream?.write(BEAT);
  }

  /** Resolves when the line has ended, or nothing has been heard for too long, or the signal aborts; it is closed then. */
  async speak(over: AbortSignal): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined || over.aborted) return this.close();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    let isDeaf = false;
    stream.on('error', () => {});
    stream.once('close', () => end());
    stream.on('data', (words: Buffer) => {
      this.#heardAtMs = performance.now();
      if (isDeaf || !String(words).startsWith('deaf')) return;
      isDeaf = true;
      this.#onDeaf(String(words).trim());
    });
    const beat = (): void => {
      if (this.stoodStill || performance.now() - this.#heardAtMs > longestSilence()) return end();
      this.#beatAtMs = Date.now();
      stream.write(BEAT);
    };
    beat();
    const beating = setInterval(beat, BEAT_MS);
    const onOver = (): void => end();
    over.addEventListener('abort', onOver, { once: true });
    await ended;
    clearInterval(beating);
    over.removeEventListener('abort', onOver);
    this.close();
  }

  close(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
  }
}
