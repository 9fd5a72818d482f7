// What a suite ends with. Pure.
import { ExitCode } from '../errors.ts';
import { type Chart, isScarce } from './chart.ts';
import type { SuiteRun } from './suite-folder.ts';

/**
 * 0 where every cell that was to be measured is; 4 where one is not, or in fewer than half of its trials; 130 where trials are missing that there was time for. An objective that a run missed counts for nothing: a chart
 * compares, and judges nobody.
 */
export function suiteExitCode(
  { rows, missing }: Pick<Chart, 'rows' | 'missing'>,
  { withinMs }: Pick<SuiteRun, 'withinMs'> = {},
): number {
  if (missing > 0 && withinMs === undefined) return ExitCode.interrupted;
  const cells = rows.flatMap(({ figures }) => figures.flatMap((figure) => figure.cells));
  return cells.some((cell) => (cell.kind === 'not-measured' ? !cell.isMeant : isScarce(cell)))
    ? ExitCode.invalid
    : ExitCode.pass;
}
