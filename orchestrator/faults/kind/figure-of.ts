// What scripts and programs in nodes write of what they see there: words with numbers, `trip=40 lost=-`. Pure.

/** The whole number after `<word>=`; null where there is none. */
export function figureOf(word: string, written: string): number | null {
  const [, figure] = new RegExp(`\\b${word}=(\\d+)`).exec(written) ?? [];
  return figure === undefined ? null : Number(figure);
}
