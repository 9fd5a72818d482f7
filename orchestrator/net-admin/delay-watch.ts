// Keeps account of how packets were delayed while a deployment stands. Where nobody asks the program, it ends its delays: this asks.
import { messageOf } from '../errors.ts';
import { DelayTally, type MeasuredDelays, type NodeDelays, type ToldDelays } from '../delays/delays.ts';
import { pause } from '../pause.ts';

/** The program gives up after two minutes of silence. */
const ASK_INTERVAL_MS = 5000;

export class DelayWatch {
  readonly #ask: () => readonly Promise<readonly ToldDelays[]>[];
  readonly #onTold: (delays: readonly NodeDelays[]) => void;
  #tally = new DelayTally();
  /** One after the other: each asking empties what the program has counted. */
  #asking: Promise<void> = Promise.resolve();

  /**
   * @param ask what the program of each host tells since it was asked last; rejects where its helper has gone, which takes nothing from what the others tell.
   * @param onTold hears of the figures since `begin` each time that it has told something.
   */
  constructor(
    ask: () => readonly Promise<readonly ToldDelays[]>[],
    onTold: (delays: readonly NodeDelays[]) => void = () => {},
  ) {
    this.#ask = ask;
    this.#onTold = onTold;
  }

  /** Asks again and again until the signal aborts. */
  async goOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A helper that has gone is told of when figures are wanted.
      await this.#take().catch(() => {});
      await pause(ASK_INTERVAL_MS, signal).catch(() => {});
    }
  }

  /** What was before counts no longer: a load begins. */
  async begin(): Promise<void> {
    await this.#take();
    this.#tally = new DelayTally();
  }

  /** Figures of each node since `begin`. */
  async measured(): Promise<MeasuredDelays> {
    try {
      await this.#take();
      return { delays: this.#tally.figures() };
    } catch (error) {
      return { delays: this.#tally.figures(), lost: messageOf(error) };
    }
  }

  #take(): Promise<void> {
    const taken = this.#asking
      .catch(() => {})
      .then(async () => {
        const answers = await Promise.allSettled(this.#ask());
        const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
        this.#tally.add(told);
        if (told.length > 0) this.#onTold(this.#tally.figures());
        for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
      });
    this.#asking = taken;
    return taken;
  }
}
