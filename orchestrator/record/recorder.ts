// Writes the run's event log and tells whoever follows the run (live view, metrics) of each event.
import type { RunEvent, RunEventBody } from './event.ts';

export type EventListener = (event: RunEvent) => void;

/** Where events are kept: a run's folder, or whoever needs some of them. */
export interface EventSink {
  event(event: RunEvent): void;
}

export class Recorder {
  readonly #sink: EventSink;
  readonly #listeners: readonly EventListener[];
  #loadStartMs: number | null = null;

  constructor(sink: EventSink, listeners: readonly EventListener[]) {
    this.#sink = sink;
    this.#listeners = listeners;
  }

  /** Sets offset 0. Events before this have no offset. */
  startClock(atMs: number): void {
    this.#loadStartMs = atMs;
  }

  /** Milliseconds since the start of the load; null before it. */
  get offsetMs(): number | null {
    return this.offsetAt(Date.now());
  }

  /** The same of a moment, epoch milliseconds. */
  offsetAt(atMs: number): number | null {
    return this.#loadStartMs === null ? null : Math.round(atMs - this.#loadStartMs);
  }

  /** Fails where the event can't be kept, as on a full disk. Whoever follows the run is told all the same. */
  record(body: RunEventBody): void {
    const event: RunEvent = { atMs: Date.now(), offsetMs: this.offsetMs, ...body };
    try {
      this.#sink.event(event);
    } finally {
      for (const listener of this.#listeners) listener(event);
    }
  }

  /** Records where that is possible: whatever else goes wrong, a warning fails nothing. */
  tryToRecord(body: RunEventBody): void {
    try {
      this.record(body);
    } catch {
      // Told to whoever follows the run. What is recorded for its own sake fails the run.
    }
  }

  /** Fails nothing: mostly something else has failed before. */
  warn(message: string): void {
    this.tryToRecord({ type: 'warning', message });
  }

  /** Records the beginning and, where it succeeded, the end of a step of the run. */
  async step<T>(step: string, work: () => Promise<T>): Promise<T> {
    this.record({ type: 'step-started', step });
    const result = await work();
    this.record({ type: 'step-finished', step });
    return result;
  }
}
