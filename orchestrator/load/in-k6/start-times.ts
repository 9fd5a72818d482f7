// When each iteration of an open load is due, by the curve that k6 was given. Pure.

/** Iterations a second, piecewise linear: from `startPerSecond` to the rate at the end of each stage. */
export interface StartPlan {
  readonly startPerSecond: number;
  readonly stages: readonly { readonly durationMs: number; readonly perSecond: number }[];
}

interface Ramp {
  readonly fromMs: number;
  /** Iterations that were due before it. */
  readonly before: number;
  readonly due: number;
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
}

/** Of a count that falls on the edge of a stretch without any, the later moment is meant. */
const ROUNDING = 1e-6;

export class StartTimes {
  readonly #ramps: readonly Ramp[];

  constructor({ startPerSecond, stages }: StartPlan) {
    const ramps: Ramp[] = [];
    let from = startPerSecond;
    let fromMs = 0;
    let before = 0;
    for (const { durationMs, perSecond: to } of stages) {
      const seconds = durationMs / 1000;
      const due = ((from + to) / 2) * seconds;
      if (due > 0) ramps.push({ fromMs, before, due, seconds, from, to });
      from = to;
      fromMs += durationMs;
      before += due;
    }
    this.#ramps = ramps;
  }

  /**
   * When iteration `count` is due, the first being 1, milliseconds after the start of the load: k6 starts it as the integral of the rate
   * comes to it. Of those beyond the end of the last stage, its end.
   */
  dueMs(count: number): number {
    const wanted = count + ROUNDING;
    let low = 0;
    let high = this.#ramps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { before, due } = this.#ramps[middle] as Ramp;
      if (before + due >= wanted) high = middle;
      else low = middle + 1;
    }
    const ramp = this.#ramps[low];
    if (ramp === undefined) return 0;
    const { fromMs, before, due, seconds, from, to } = ramp;
    const into = Math.min(due, wanted - before);
    // The root of from·t + (to - from)·t²/(2·seconds) = into, in the form that also holds where the rate is even.
    const root = Math.sqrt(Math.max(0, from * from + (2 * (to - from) * into) / seconds));
    return fromMs + ((2 * into) / (from + root)) * 1000;
  }
}
