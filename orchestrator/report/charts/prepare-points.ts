// Points made ready for drawing: thinned to what a chart can show, and broken where samples are missing.

type Point = readonly [number, number];
/** null breaks the line. */
export type DrawnPoint = readonly [number, number | null];

/** A gap of more than this many steps is drawn as a gap. */
const GAP_STEPS = 2.5;

/** At most about `most` points: of each stretch the lowest and the highest stay, so no spike is lost. */
export function thinPoints(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const stretch = Math.ceil((points.length * 2) / most);
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch).toSorted((a, b) => a[1] - b[1]);
    const ends = [...new Set([part[0], part.at(-1)])].filter((point) => point !== undefined);
    kept.push(...ends.toSorted((a, b) => a[0] - b[0]));
  }
  return kept;
}

export function breakAtGaps(points: readonly Point[], stepMs: number): DrawnPoint[] {
  return points.flatMap((point, index): DrawnPoint[] => {
    const before = points[index - 1];
    if (before === undefined || point[0] - before[0] <= GAP_STEPS * stepMs) return [point];
    return [[before[0] + stepMs, null], point];
  });
}

/** Gives every series a point at every moment, 0 where it has none: what stacking needs. */
export function alignPoints(all: readonly (readonly Point[])[]): Point[][] {
  const moments = [...new Set(all.flatMap((points) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
  return all.map((points) => {
    const values = new Map(points);
    return moments.map((at) => [at, values.get(at) ?? 0] as const);
  });
}
