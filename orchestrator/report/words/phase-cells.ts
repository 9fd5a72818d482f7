// The figures of a run's phases as cells of text, for the tables of the terminal and of pipelines.
import type { Verdict } from '../../judge/verdict.ts';
import type { Figures, PercentileName } from '../../measure/figures/figures.ts';
import { nameSaturated } from './describe-saturation.ts';
import { formatOffset, formatValue } from '../../format/format-value.ts';

export const PHASE_HEAD = ['phase', 'offered', 'served', 'errors', 'p50', 'p95', 'p99', 'saturated first'];
/** Columns that hold numbers. */
export const PHASE_NUMERIC = [1, 2, 3, 4, 5, 6];

/** One row a phase, in the order of PHASE_HEAD. */
export function phaseCells({ phases }: Verdict): string[][] {
  return phases.map((phase) => [
    phase.phase,
    formatValue(phase.offeredPerSecond, 'per-second'),
    formatValue(phase.servedPerSecond, 'per-second'),
    formatValue(phase.errorShare, 'share'),
    percentileCell(phase, 'p50'),
    percentileCell(phase, 'p95'),
    percentileCell(phase, 'p99'),
    phase.saturated === null
      ? 'nothing'
      : `${nameSaturated(phase.saturated)} at ${formatOffset(phase.saturated.fromMs)}`,
  ]);
}

/** `≥ 9.2 s` where it lies beyond the last answer. */
export function percentileCell(figures: Figures, name: PercentileName): string {
  const text = formatValue(figures[`${name}Ms`], 'milliseconds');
  return figures.atLeast?.includes(name) === true ? `≥ ${text}` : text;
}
