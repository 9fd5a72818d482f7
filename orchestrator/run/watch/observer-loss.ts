// Finds out that what observes a run has died: what goes on from then on is not measured.
import type { ContainerEvent } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';
import type { Recorder } from '../../record/recorder.ts';

/** Failures in a row that mean that an observer has gone, and not that it is late. */
export const FAILURES_OF_THE_GONE = 5;

export class ObserverLoss {
  readonly #lost = new AbortController();
  readonly #names: ReadonlyMap<string, string>;
  readonly #recorder: Pick<Recorder, 'offsetMs'>;
  readonly #over: AbortSignal;

  /**
   * @param names what each is called, by container: `The agent`. Those of a stack don't carry the run's label, and are seen by their silence.
   * @param over aborts when nobody is to be missed any more.
   */
  constructor(names: ReadonlyMap<string, string>, recorder: Pick<Recorder, 'offsetMs'>, over: AbortSignal) {
    this.#names = names;
    this.#recorder = recorder;
    this.#over = over;
  }

  /** Aborts when an observer has died, with the error that says so (`observer-lost`). */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Takes in what the engine saw of the run's containers. @param wentWithHost see `lose`. */
  seen({ kind, containerId, exitCode }: ContainerEvent, wentWithHost?: () => Promise<boolean>): void {
    const name = this.#names.get(containerId);
    if (name === undefined || kind === 'started') return;
    this.lose(
      kind === 'out-of-memory' ? `${name} ran out of memory` : `${name} ended with exit code ${exitCode}`,
      { wentWithHost },
    );
  }

  /**
   * @param what such as `The agent went away`.
   * @param how `means`: what that means for the run from then on. `wentWithHost`: whether it is no loss by itself; what it takes to find that out
   * is waited for. Default: it is one.
   */
  lose(
    what: string,
    {
      cause,
      means = 'the run was not measured',
      wentWithHost,
    }: {
      readonly cause?: unknown;
      readonly means?: string;
      readonly wentWithHost?: (() => Promise<boolean>) | undefined;
    } = {},
  ): void {
    if (this.#over.aborted || this.#lost.signal.aborted) return;
    const { offsetMs } = this.#recorder;
    const when = offsetMs === null ? 'before the load began' : `at ${(offsetMs / 1000).toFixed(1)} s`;
    const lost = new TopolabError(`${what} ${when}: from then on ${means}`, {
      code: 'observer-lost',
      hint: "The generators' own summaries and the nodes' logs are in the run folder.",
      cause,
    });
    if (wentWithHost === undefined) return this.#lost.abort(lost);
    void wentWithHost().then((isNone) => {
      if (!isNone && !this.#over.aborted) this.#lost.abort(lost);
    });
  }
}
