// When the requests of a calibration start. Made of the same few numbers by the orchestrator and inside the generator. Pure.
import { drawArrivals } from '../../capacity/poisson-arrivals.ts';

/** A stretch of arrivals at one rate. */
export interface ArrivalStage {
  readonly name: string;
  readonly ratePerSecond: number;
  readonly count: number;
  /** Of its Poisson arrivals; null = evenly spaced. */
  readonly seed: number | null;
}

export interface Arrival {
  /** After the start of the first stage, milliseconds. */
  readonly atMs: number;
  readonly stage: string;
  /** The part of its stage, `0` to `3`: repetitions that tell how exact the measurement is. */
  readonly part: string;
}

/** Between two stages, in which what waits is served, milliseconds. */
export const gapMs = 1500;
export const partsOfStage = 4;

/** One stage after the other. */
export function planArrivals(stages: readonly ArrivalStage[]): Arrival[] {
  let beginMs = 0;
  return stages.flatMap(({ name, ratePerSecond, count, seed }) => {
    const offsets =
      seed === null
        ? Array.from({ length: count }, (_, index) => (index * 1000) / ratePerSecond)
        : drawArrivals(seed, ratePerSecond, count);
    const arrivals = offsets.map((offsetMs, index) => ({
      atMs: beginMs + offsetMs,
      stage: name,
      part: String(Math.floor((index * partsOfStage) / count)),
    }));
    beginMs += (offsets.at(-1) ?? 0) + gapMs;
    return arrivals;
  });
}
