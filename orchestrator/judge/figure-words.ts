// Figures and short lists, as all sentences of findings have them.
import type { Gap } from '../measure/saturation/watched.ts';

/** So many nodes or checks are named. */
const MOST_NAMED = 3;

/** The first few, and how many more there are: `servers-1, servers-2, servers-3 and 4 more nodes`. */
export function nameSome<Each>(
  all: readonly Each[],
  say: (each: Each) => string,
  sayMore: (count: number) => string,
  between = ', ',
): string {
  const named = all.slice(0, MOST_NAMED).map(say).join(between);
  return all.length > MOST_NAMED ? `${named}${sayMore(all.length - MOST_NAMED)}` : named;
}

export function stretchOf({ fromMs, forMs }: Gap): string {
  return `from ${seconds(fromMs)} for ${seconds(forMs)}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function share(value: number): string {
  return `${digits(value * 100)} %`;
}

export function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
