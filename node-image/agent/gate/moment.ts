// The moment of a push. k6 gives each series the time of what raised it last, so that the series of a push are of different moments: one that
// came to its end, as those of a phase do at its border, is up to date to that very moment, the others to about a second before. Whoever adds them
// up at a moment in between would count a second more, and a second less soon after. What a push tells is what the generator knew when it
// was made, so all of it gets one time.
import { fieldsOf, readVarint, writeVarint } from './wire.ts';

/** Field numbers of prometheus/prompb (types.proto). */
const SAMPLES = 2;
const SAMPLE_TIMESTAMP = 2;
const HISTOGRAMS = 4;
const HISTOGRAM_TIMESTAMP = 15;

/** A field that holds a time, milliseconds since 1970. */
interface Time {
  readonly atMs: number;
  readonly content: number;
  readonly end: number;
}

/** The latest time among the samples of a series; undefined where it has none. @param samples its fields without the labels. */
export function latestOf(samples: Buffer): number | undefined {
  const times = timesOf(samples).map(({ atMs }) => atMs);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Moves the time of every sample of a series, in place. Nothing happens to one that takes more or less room then. */
export function moveTimes(samples: Buffer, byMs: number): void {
  for (const { atMs, content, end } of timesOf(samples)) {
    const bytes = writeVarint(atMs + byMs);
    if (end - content === bytes.length) samples.set(bytes, content);
  }
}

/** Gives the last sample of a series this time, in place. Nothing happens where it has none, or one that takes more or less room. */
export function setMoment(samples: Buffer, atMs: number): void {
  const last = timesOf(samples).at(-1);
  const bytes = writeVarint(atMs);
  if (last !== undefined && last.end - last.content === bytes.length) samples.set(bytes, last.content);
}

function timesOf(samples: Buffer): Time[] {
  const found: Time[] = [];
  for (const { number, wireType, content, end } of fieldsOf(samples)) {
    if (wireType !== 2 || (number !== SAMPLES && number !== HISTOGRAMS)) continue;
    const wanted = number === SAMPLES ? SAMPLE_TIMESTAMP : HISTOGRAM_TIMESTAMP;
    for (const field of fieldsOf(samples, content, end))
      if (field.number === wanted && field.wireType === 0)
        found.push({ ...field, atMs: readVarint(samples, field.content).value });
  }
  return found;
}
