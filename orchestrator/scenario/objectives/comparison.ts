// How what was measured is held against a bound.

export const COMPARISONS = ['below', 'atMost', 'atLeast', 'above'] as const;

export type Comparison = (typeof COMPARISONS)[number];

/** Exactly one of them is there. */
export type Bounds = { readonly [Key in Comparison]?: number | undefined };

/** NaN holds nothing. */
export function holds(measured: number, comparison: Comparison, bound: number): boolean {
  if (comparison === 'below') return measured < bound;
  if (comparison === 'atMost') return measured <= bound;
  if (comparison === 'atLeast') return measured >= bound;
  return measured > bound;
}
