// Colours of the charts. The chart library wants fixed colours, the page wants CSS variables (dark mode, print): the
// library is given sentinels that occur nowhere else, and they become `var(--…)` in the finished SVG.

/** Lines are told apart by dash and by colour, so that a chart also reads without colour. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2.5],
  [9, 3, 2, 3],
  [12, 4],
  [4, 2, 1, 2],
];
export const HUES = 6;
/** Bounds of objectives. */
export const BOUND_DASH: readonly number[] = [8, 5];

const NAMED = {
  text: '#fa00a1',
  muted: '#fa00a2',
  line: '#fa00a3',
  phase: '#fa00a4',
  mark: '#fa00a5',
  alarm: '#fa00a6',
};

export type NamedColour = keyof typeof NAMED;

export function sentinel(name: NamedColour): string {
  return NAMED[name];
}

/** The sentinel of the n-th series' colour. */
export function seriesSentinel(index: number): string {
  return `#fa00b${index % HUES}`;
}

/** Colour as the page writes it, for what isn't drawn by the library. */
export function seriesColour(index: number): string {
  return `var(--series-${index % HUES})`;
}

export function dashOf(index: number): readonly number[] {
  // Colour and dash step at different lengths past the sixth series, so that twelve series are twelve different pairs.
  return DASHES[(index + Math.floor(index / HUES)) % DASHES.length] ?? [];
}

export function replaceSentinels(svg: string): string {
  return svg.replace(/#fa00(a|b)(\d)/gi, (_, family: string, digit: string) => {
    if (family.toLowerCase() === 'b') return seriesColour(Number(digit));
    const name = Object.keys(NAMED)[Number(digit) - 1];
    return `var(--${name})`;
  });
}
