// Rows with an aim, judged in one place, so that a figure that is missing or not a number never meets its aim.
import type { BenchRow } from '../benchmark.ts';

type Figure = Pick<BenchRow, 'name' | 'measured' | 'unit' | 'note'>;

/** The figure itself shall be at most `most`. */
export function atMost(figure: Figure, most: number): BenchRow {
  return { ...figure, aim: `at most ${most} ${figure.unit}`.trimEnd(), met: figure.measured <= most };
}

/** The figure itself shall be at least `least`. */
export function atLeast(figure: Figure, least: number): BenchRow {
  return { ...figure, aim: `at least ${least} ${figure.unit}`.trimEnd(), met: figure.measured >= least };
}

/** The figure shall be at most `most` times its reference. Default for `ratio`: their quotient. */
export function atMostTimes(
  figure: Figure & { readonly reference: { readonly what: string; readonly value: number } },
  most: number,
  ratio = figure.measured / figure.reference.value,
): BenchRow {
  return { ...figure, ratio, aim: `at most ${most.toFixed(2)} of it`, met: ratio <= most };
}

/** The figure shall be at least `least` times its reference. Default for `ratio`: their quotient. */
export function atLeastTimes(
  figure: Figure & { readonly reference: { readonly what: string; readonly value: number } },
  least: number,
  ratio = figure.measured / figure.reference.value,
): BenchRow {
  return { ...figure, ratio, aim: `at least ${least.toFixed(2)} of it`, met: ratio >= least };
}

/** A figure to be known, with no aim. */
export function known(figure: Figure & Pick<BenchRow, 'reference' | 'ratio'>): BenchRow {
  return { ...figure, aim: 'none', met: true };
}

/** A figure that has an aim and could not be measured here. */
export function missing(name: string, unit: string, aim: string, why: string): BenchRow {
  return { name, measured: Number.NaN, unit, aim, met: false, note: why };
}
