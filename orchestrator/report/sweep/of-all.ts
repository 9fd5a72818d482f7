// What the values of one run come to together.

/** null where one is missing: what the others come to would be too good. Of nothing it is null too. */
export function ofAll(
  values: readonly (number | null)[],
  combine: (...values: readonly number[]) => number,
): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : combine(...known);
}
