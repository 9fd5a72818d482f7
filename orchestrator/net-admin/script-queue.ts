// Scripts for nodes' networks that wait to be carried out: those that are asked for at once, or while one command is under way, go together
// in the next, for each command costs as much as many scripts.
import type { NetworkScript, ScriptOutcome } from './network-batch.ts';

/** A script for the network of one container. */
export type NetworkTask = Omit<NetworkScript, 'pid'> & {
  /** The container's id. */
  readonly container: string;
};

/** Of one command: its text is a single argument, which Linux limits to 128 KiB. */
const mostBytes = 100 * 1024;
/** What a command says around each script. */
const aroundBytes = 200;

interface Waiting {
  readonly task: NetworkTask;
  readonly resolve: (outcome: ScriptOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export class ScriptQueue {
  readonly #most: number;
  readonly #carryOut: (tasks: readonly NetworkTask[]) => Promise<readonly ScriptOutcome[]>;
  readonly #waiting: Waiting[] = [];
  #working = false;

  /**
   * @param most scripts in one command; fewer where they are long.
   * @param carryOut outcomes in the order of the tasks; where it fails, all of them have.
   */
  constructor(most: number, carryOut: (tasks: readonly NetworkTask[]) => Promise<readonly ScriptOutcome[]>) {
    this.#most = most;
    this.#carryOut = carryOut;
  }

  async add(task: NetworkTask): Promise<ScriptOutcome> {
    return await new Promise<ScriptOutcome>((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    // Whoever calls in the same turn comes along.
    await Promise.resolve();
    for (;;) {
      const batch = this.#waiting.splice(0, this.#fitting());
      if (batch.length === 0) break;
      try {
        const outcomes = await this.#carryOut(batch.map(({ task }) => task));
        for (const [index, { resolve }] of batch.entries())
          resolve(outcomes[index] ?? { kind: 'failed', said: 'the helper gave no answer' });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#working = false;
  }

  /** How many of those that wait go into one command: one at least. */
  #fitting(): number {
    let bytes = 0;
    const beyond = this.#waiting.findIndex(({ task }, index) => {
      bytes += task.script.length + aroundBytes;
      return index > 0 && (index === this.#most || bytes > mostBytes);
    });
    return beyond === -1 ? this.#waiting.length : beyond;
  }
}
