// When a run counts as given up: nobody has spoken for it for a while. Pure; times are milliseconds of any steady clock.

export interface Patience {
  /** Longest silence of an orchestrator. */
  readonly silenceMs: number;
  /** The same after its stream has ended: time to come back for one that is alive. */
  readonly endedMs: number;
}

export class Silence {
  readonly #patience: Patience;
  #givenUpAtMs: number;

  constructor(patience: Patience, nowMs: number) {
    this.#patience = patience;
    this.#givenUpAtMs = nowMs + patience.silenceMs;
  }

  /** Somebody has spoken; or Docker is back, without which nobody could have. */
  heard(nowMs: number): void {
    this.#givenUpAtMs = nowMs + this.#patience.silenceMs;
  }

  streamEnded(nowMs: number): void {
    this.#givenUpAtMs = Math.min(this.#givenUpAtMs, nowMs + this.#patience.endedMs);
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#givenUpAtMs;
  }
}
