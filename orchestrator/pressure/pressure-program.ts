// The program that presses on a node, while it runs there: told a line, it answers with one.
import type { Duplex } from 'node:stream';
import { createInterface } from 'node:readline';
import { TopolabError } from '../errors.ts';
import { figureOf } from '../faults/kind/figure-of.ts';
import type { PressureFigures } from '../faults/pressure/pressure-figures.ts';
import { patient } from '../patience.ts';

/** It gives up after two minutes of silence. */
const ASK_EVERY_MS = 30_000;
/** It takes up to five seconds over an answer, and gets the CPU late in a node that has little. */
const ANSWER_WITHIN_MS = 20_000;

interface Asked {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

export class PressureProgram {
  readonly #stream: Duplex;
  readonly #asked: Asked[] = [];
  readonly #ended = Promise.withResolvers<void>();
  readonly #alive: NodeJS.Timeout;
  #isOver = false;
  #isToldToEnd = false;

  /** @param stream its input and output. */
  constructor(stream: Duplex) {
    this.#stream = stream;
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => this.#asked.shift()?.resolve(line));
    stream.once('close', () => this.#over());
    stream.once('end', () => this.#over());
    this.#alive = setInterval(() => void this.look().catch(() => {}), ASK_EVERY_MS);
    this.#alive.unref();
  }

  /** It has ended, or nothing can reach it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get isToldToEnd(): boolean {
    return this.#isToldToEnd;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * @param line of `pressureLine`.
   * @returns why it could not be done; undefined where it is done. Rejects where the program ends before it answers.
   */
  async want(line: string): Promise<string | undefined> {
    const answer = await this.#ask(line);
    return answer === 'ok' ? undefined : answer.replace(/^failed /, '');
  }

  /** What it has used and holds. */
  async look(): Promise<PressureFigures> {
    return parseFigures(await this.#ask('look'));
  }

  /** It ends as soon as it hears of it, and takes with it what it holds. */
  end(): void {
    this.#isToldToEnd = true;
    this.#stream.end();
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#isToldToEnd = true;
    this.#stream.destroy();
  }

  async #ask(line: string): Promise<string> {
    if (this.#isOver) throw gone();
    const answer = new Promise<string>((resolve, reject) => this.#asked.push({ resolve, reject }));
    this.#stream.write(`${line}\n`);
    return await within(answer);
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#alive);
    for (const { reject } of this.#asked.splice(0)) reject(gone());
    this.#ended.resolve();
  }
}

function parseFigures(line: string): PressureFigures {
  const of = (word: string) => figureOf(word, line) ?? Number.NaN;
  return {
    workers: of('workers'),
    cpuUs: of('cpu_us'),
    memoryBytes: of('memory'),
    writers: of('writers'),
    writtenBytes: of('written'),
    filledBytes: of('filled'),
    isReached: of('reached') === 1,
  };
}

async function within(answer: Promise<string>): Promise<string> {
  const timeoutMs = patient(ANSWER_WITHIN_MS);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TopolabError(`no answer within ${timeoutMs / 1000} s`, { code: 'not-pressed' })),
    timeoutMs,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function gone(): TopolabError {
  return new TopolabError('the program ended before it answered', { code: 'pressure-gone' });
}
