// What is known of the figures of a result: which there are, in which unit, whether more is better. Suites are checked against it, and the
// reference is made from it.
import type { FigurePath } from './figure-path.ts';
import { CAPACITY_FIGURES } from './capacity-figures.ts';
import { FAILURES_FIGURES } from './failures-figures.ts';
import type { KnownFigure } from './known-figure.ts';
import { RUN_FIGURES } from './run-figures.ts';

/** What a trial of a suite is. */
export type TrialCommand = 'run' | 'failures' | 'capacity';

/** The file of a trial's folder that its figures are read from, and the figures in it. */
export const RESULTS: Readonly<
  Record<TrialCommand, { readonly file: string; readonly figures: readonly KnownFigure[] }>
> = {
  run: { file: 'report.json', figures: RUN_FIGURES },
  failures: { file: 'losses.json', figures: FAILURES_FIGURES },
  capacity: { file: 'answer.json', figures: CAPACITY_FIGURES },
};

/** undefined where no result has such a figure. */
export function knownFigure(command: TrialCommand, path: FigurePath): KnownFigure | undefined {
  const pattern = patternOf(path);
  return RESULTS[command].figures.find((figure) => figure.path === pattern);
}

/** The path with every item of a list left open. */
export function patternOf({ steps }: FigurePath): string {
  return steps
    .map((step, index) => (step.kind === 'field' ? `${index === 0 ? '' : '.'}${step.name}` : '[*]'))
    .join('');
}
