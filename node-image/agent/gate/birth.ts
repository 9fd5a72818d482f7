// The zeros from which a counter or histogram of k6 starts. k6 pushes a series for the first time when it has been raised already, so that
// `rate` and `increase`, which need two samples, know nothing of a series that is raised once: where a script gives each request a tag of
// its own, every series is. Prometheus itself adds such zeros where an exposition says when a counter was made (created timestamps).
import { delimited, fieldsOf, readVarint, writeVarint } from './wire.ts';

/** Field numbers of prometheus/prompb (types.proto). */
const SAMPLES = 2;
const SAMPLE_TIMESTAMP = 2;
const HISTOGRAMS = 4;
const HISTOGRAM_SCHEMA = 4;
const HISTOGRAM_ZERO_THRESHOLD = 5;
const HISTOGRAM_TIMESTAMP = 15;

/**
 * So many, a millisecond apart. `rate` adds half of the mean distance between samples to the time that they span (extrapolatedRate in Prometheus'
 * promql/functions.go): with a single one it would tell half as much again of a series that is raised once, with 16 it tells 3 % more.
 */
const ZEROS = 16;

/**
 * Samples of nothing, to stand before those of a series that is new; undefined where it has none to start from, as a gauge.
 * @param name of the series
 * @param samples its fields without the labels
 */
export function zerosBefore(name: string, samples: Buffer): Buffer | undefined {
  for (const { number, content, end } of fieldsOf(samples)) {
    const bytes = samples.subarray(content, end);
    if (number === HISTOGRAMS) return zeroHistograms(bytes);
    if (number === SAMPLES && name.endsWith('_total')) return zeroSamples(bytes);
  }
  return undefined;
}

function zeroSamples(first: Buffer): Buffer | undefined {
  const atMs = numberOf(first, SAMPLE_TIMESTAMP);
  if (atMs === undefined) return undefined;
  // A value of zero is left out, as protobuf does.
  return zeros(atMs, (zeroMs) => delimited(SAMPLES, [varint(SAMPLE_TIMESTAMP, zeroMs)]));
}

function zeroHistograms(first: Buffer): Buffer | undefined {
  const atMs = numberOf(first, HISTOGRAM_TIMESTAMP);
  if (atMs === undefined) return undefined;
  const shape = [...fieldsOf(first)]
    .filter(({ number }) => number === HISTOGRAM_SCHEMA || number === HISTOGRAM_ZERO_THRESHOLD)
    .map(({ start, end }) => first.subarray(start, end));
  return zeros(atMs, (zeroMs) => delimited(HISTOGRAMS, [...shape, varint(HISTOGRAM_TIMESTAMP, zeroMs)]));
}

function zeros(atMs: number, zeroAt: (ms: number) => Buffer[]): Buffer {
  return Buffer.concat(Array.from({ length: ZEROS }, (_, index) => zeroAt(atMs - ZEROS + index)).flat());
}

function numberOf(message: Buffer, wanted: number): number | undefined {
  const field = [...fieldsOf(message)].find(({ number, wireType }) => number === wanted && wireType === 0);
  return field && readVarint(message, field.content).value;
}

function varint(number: number, value: number): Buffer {
  return Buffer.from([...writeVarint(number * 8), ...writeVarint(value)]);
}
