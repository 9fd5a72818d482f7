// A row of bars, one character a value.

const BARS = '▁▂▃▄▅▆▇█';

/** The newest `columns` values, from zero to their highest. A missing value is a blank. */
export function sparkline(values: readonly (number | null)[], columns: number): string {
  const shown = columns > 0 ? values.slice(-columns) : [];
  const highest = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown.map((value) => (value === null ? ' ' : barOf(value, highest))).join('');
}

function barOf(value: number, highest: number): string {
  const share = highest > 0 ? Math.max(0, value) / highest : 0;
  return BARS[Math.round(share * (BARS.length - 1))] ?? ' ';
}
