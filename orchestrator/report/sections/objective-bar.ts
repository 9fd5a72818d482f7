// A small bar that shows a measured value against its bound.
import type { ObjectiveResult } from '../../measure/figures/figures.ts';
import { type Html, html } from '../page/html.ts';

const WIDTH = 96;

/** Decoration only: the numbers stand beside it. Empty without samples. */
export function objectiveBar({ objective, measured }: ObjectiveResult): Html | null {
  if (measured === null || measured < 0 || objective.bound < 0) return null;
  const full = Math.max(measured, objective.bound) * 1.12;
  if (!(full > 0)) return null;
  const at = (value: number) => Math.round((value / full) * WIDTH * 10) / 10;
  const bound = at(objective.bound);
  return html`<svg class="measure" width="${WIDTH}" height="14" viewBox="0 0 ${WIDTH} 14" aria-hidden="true"><rect class="track" y="5" width="${WIDTH}" height="4" rx="2"/><rect class="value" y="5" width="${at(measured)}" height="4" rx="2"/><path class="bound" d="M${bound} 1V13"/></svg>`;
}
