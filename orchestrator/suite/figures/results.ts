// What is known of the figures of a result: which there are, in which unit, whether more is better. Suites are checked against it, and the
// reference is made from it.
import { z } from 'zod';
import { parseDocument } from '../../record/folder/saved-documents.ts';
import type { FigurePath } from './figure-path.ts';
import { CAPACITY_FIGURES } from './capacity-figures.ts';
import { FAILURES_FIGURES } from './failures-figures.ts';
import type { KnownFigure } from './known-figure.ts';
import { lossesDocument, onlyVariant } from './only-variant.ts';
import { RUN_FIGURES } from './run-figures.ts';

/** What a trial of a suite is. */
export type TrialCommand = 'run' | 'failures' | 'capacity';

interface TrialResults {
  /** Of a trial's folder, from which its figures are read. */
  readonly file: string;
  /** Its text → that in which figures are looked for. @throws TopolabError `folder-damaged`. */
  readonly read: (path: string, text: string) => unknown;
  readonly figures: readonly KnownFigure[];
}

/** Of the rest, whoever looks for a figure sees whether it is there. */
const anyResult = z.looseObject({});

export const RESULTS: Readonly<Record<TrialCommand, TrialResults>> = {
  run: {
    file: 'report.json',
    read: (path, text) => parseDocument(path, text, anyResult),
    figures: RUN_FIGURES,
  },
  failures: {
    file: 'losses.json',
    read: (path, text) => onlyVariant(parseDocument(path, text, lossesDocument)),
    figures: FAILURES_FIGURES,
  },
  capacity: {
    file: 'answer.json',
    read: (path, text) => parseDocument(path, text, anyResult),
    figures: CAPACITY_FIGURES,
  },
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
