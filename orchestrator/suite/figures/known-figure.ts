// What is known of a figure of a result, and how it is written down: `lower('loadMs', 'milliseconds', 'length of the load')`.
import type { FigureUnit } from './figure-unit.ts';

export interface KnownFigure {
  /** With `[*]` for the items of a list: `phases[*].p95Ms`. */
  readonly path: string;
  /** null where it depends on the scenario: then the suite says it. */
  readonly unit: FigureUnit | null;
  readonly better: 'lower' | 'higher' | null;
  /** What it means, in half a sentence. */
  readonly meaning: string;
}

/** Of which less is better, more, or neither. */
export const lower = figureThatIs('lower');
export const higher = figureThatIs('higher');
export const neither = figureThatIs(null);

/** Figures of one part of a result: of each item of a list, where it ends in `[*]`. */
export function under(part: string, figures: readonly KnownFigure[]): KnownFigure[] {
  return figures.map((figure) => ({ ...figure, path: `${part}.${figure.path}` }));
}

function figureThatIs(better: KnownFigure['better']) {
  return (path: string, unit: KnownFigure['unit'], meaning: string): KnownFigure => ({
    path,
    unit,
    better,
    meaning,
  });
}
