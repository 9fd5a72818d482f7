// What is known of a figure of a result.
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
