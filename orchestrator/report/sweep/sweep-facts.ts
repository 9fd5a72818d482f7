// What the runs of a sweep came to, in the order of what was varied.
import { type Estimate, bootstrapOverTrials, meanOf } from '../../capacity/bootstrap.ts';
import { distributionBound, distributionLinks } from '../../distribution/distribution-bounds.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { SavedSweep, SweptRun } from '../../record/folder/sweep.ts';
import type { DistributionFacts } from '../facts/distribution-facts.ts';
import type { Outcome } from '../facts/run-facts.ts';
import { makeRunReport } from '../facts/run-report.ts';
import {
  type Figure,
  type FigureId,
  FIGURES,
  figuresOf,
  leastOf,
  type FigureValues,
  NO_FIGURES,
} from './sweep-figures.ts';

export interface SweepRow {
  readonly swept: SweptRun;
  readonly outcome: Outcome;
  /** Whether its figures are compared: a run that is not valid, or was not carried out to its end, says nothing. */
  readonly counts: boolean;
  /** Values of the parameters that were varied, in the order of `SweepFacts.varied`. */
  readonly values: readonly (string | number)[];
  /** Place on the horizontal axis; null where there is none. */
  readonly x: number | null;
  /** The line or bar that it belongs to. */
  readonly series: string;
  readonly distribution: DistributionFacts | null;
  readonly figures: FigureValues;
  /** Of figures that have no value, the least that they may be. */
  readonly atLeast: Partial<Record<FigureId, number>>;
  /** Of the distribution time, in seconds, from the links alone: there also where the run failed. */
  readonly boundSeconds: number | null;
  readonly boundBytesPerSecond: number | null;
}

export interface SweepFacts {
  readonly sweep: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly scenario: string;
  readonly description: string;
  /** Names of the parameters that differ among the runs. */
  readonly varied: readonly string[];
  /** The one on the horizontal axis; null where none is a number: then each series is a bar. */
  readonly axis: string | null;
  /** In the order in which they were run. */
  readonly rows: readonly SweepRow[];
  readonly series: readonly string[];
  /** Values on the axis, from the least on; a single null where there is none. */
  readonly places: readonly (number | null)[];
  /** Those of which at least one run knows something; of a file that is distributed, not those of its requests. */
  readonly figures: readonly Figure[];
  /** The most runs of one combination of values. */
  readonly trials: number;
  /** Runs that the command asked for; more than there are rows where it was interrupted. */
  readonly planned: number;
  /** There was so much time for them; null = as much as they took. */
  readonly withinMs: number | null;
  /**
   * Why runs are missing that something should be known of: it was interrupted, or there was no time for some combination of values at all. null where none
   * are: that others were not repeated as often as they might have been is as it was meant.
   */
  readonly missing: 'interrupted' | 'no-time' | null;
  /** Runs whose folder can't be read (any more). */
  readonly unreadable: number;
}

export function sweepFacts(sweep: SavedSweep): SweepFacts {
  const valuesOf = (nth: number) => sweep.saved[nth]?.scenario.parameters ?? sweep.runs[nth]?.set ?? {};
  const all = sweep.runs.map((_, nth) => valuesOf(nth));
  const names = [...new Set(all.flatMap((values) => Object.keys(values)))];
  const distinct = (name: string) => new Set(all.map((values) => String(values[name]))).size;
  const varied = names.filter((name) => distinct(name) > 1);
  const axis = chooseAxis(varied, all, distinct);
  const rows = sweep.runs.map((swept, nth) =>
    rowOf(swept, sweep.saved[nth], all[nth] ?? {}, { varied, axis }),
  );
  const first = sweep.saved.find((run) => run !== undefined);
  const places = [...new Set(rows.map(({ x }) => x))].toSorted((a, b) => (a ?? 0) - (b ?? 0));
  return {
    sweep: sweep.sweep,
    startedAt: sweep.startedAt,
    scenario: first?.scenario.name ?? sweep.file,
    description: first?.scenario.description ?? '',
    varied,
    axis,
    rows,
    series: seriesInOrder(rows, sweep),
    places,
    figures: presentFigures(rows),
    trials: Math.max(0, ...sweep.runs.map(({ trial = 1 }) => trial)),
    planned: sweep.planned,
    withinMs: sweep.withinMs ?? null,
    missing: missingIn(sweep),
    unreadable: sweep.saved.filter((run) => run === undefined).length,
  };
}

function missingIn({ planned, withinMs, combinations = [], runs }: SavedSweep): SweepFacts['missing'] {
  if (runs.length >= planned) return null;
  if (withinMs === undefined) return 'interrupted';
  const isRun = (set: object) => runs.some((run) => JSON.stringify(run.set) === JSON.stringify(set));
  return combinations.every(isRun) ? null : 'no-time';
}

/** Where runs were repeated, their order was drawn by lot, and the sweep's own names come first as they were given. */
function seriesInOrder(rows: readonly SweepRow[], { combinations = [] }: SavedSweep): string[] {
  const place = ({ swept }: SweepRow) => {
    const found = combinations.findIndex((set) => JSON.stringify(set) === JSON.stringify(swept.set));
    return found < 0 ? combinations.length : found;
  };
  return [...new Set(rows.toSorted((a, b) => place(a) - place(b)).map(({ series }) => series))];
}

function presentFigures(rows: readonly SweepRow[]): Figure[] {
  const distributes = rows.some(({ distribution }) => distribution !== null);
  const ofRequests: readonly FigureId[] = ['served', 'latency', 'sent-by-servers'];
  return FIGURES.filter(
    ({ id }) =>
      rows.some(
        ({ figures, atLeast }) =>
          (figures[id] !== null && (id !== 'from-servers' || figures[id] > 0)) || atLeast[id] !== undefined,
      ) && !(distributes && ofRequests.includes(id)),
  );
}

/** The figure of each run that counts, of one series at one place. */
export function trialsOf(
  { rows }: Pick<SweepFacts, 'rows'>,
  series: string,
  place: number | null,
  figure: FigureId,
): number[] {
  return rows.flatMap((row) => {
    const value = row.figures[figure];
    return row.counts && row.series === series && row.x === place && value !== null ? [value] : [];
  });
}

/** Whether no run that counts is without the figure. */
export function isInEveryRun(
  { rows }: Pick<SweepFacts, 'rows'>,
  series: string,
  place: number | null,
  figure: FigureId,
): boolean {
  return rows.every(
    (row) => !row.counts || row.series !== series || row.x !== place || row.figures[figure] !== null,
  );
}

/** Mean of the trials with its 95 % interval; of a single one there is no interval, and of none nothing. */
export function estimateOf(
  trials: readonly number[],
): { readonly mean: number; readonly interval: Estimate | null } | null {
  if (trials.length === 0) return null;
  return { mean: meanOf([...trials]), interval: bootstrapOverTrials(trials, meanOf, { seed: 1 }) };
}

type Values = Readonly<Record<string, string | number>>;

/** `nodes` where it was varied, else the number with the most values. */
function chooseAxis(
  varied: readonly string[],
  all: readonly Values[],
  distinct: (name: string) => number,
): string | null {
  const numbers = varied.filter((name) => all.every((values) => Number.isFinite(Number(values[name]))));
  if (numbers.includes('nodes')) return 'nodes';
  return numbers.toSorted((a, b) => distinct(b) - distinct(a))[0] ?? null;
}

function rowOf(
  swept: SweptRun,
  run: SavedRun | undefined,
  values: Values,
  { varied, axis }: Pick<SweepFacts, 'varied' | 'axis'>,
): SweepRow {
  const links = run === undefined ? null : distributionLinks(run.scenario);
  const bound = links === null ? null : distributionBound(links);
  const report = run === undefined ? undefined : makeRunReport(run);
  const distribution = report?.distribution ?? null;
  const outcome = report?.outcome ?? 'broken';
  const others = varied.filter((name) => name !== axis).map((name) => seriesWord(name, values[name]));
  return {
    swept,
    outcome,
    counts: outcome === 'pass' || outcome === 'fail',
    values: varied.map((name) => values[name] ?? ''),
    x: axis === null ? null : Number(values[axis]),
    series: others.length > 0 ? others.join(', ') : (distribution?.links.topology ?? 'measured'),
    distribution,
    figures: report === undefined ? NO_FIGURES : figuresOf(report),
    atLeast: report === undefined ? {} : leastOf(report),
    boundSeconds: bound?.seconds ?? null,
    boundBytesPerSecond:
      bound === null || links === null ? null : (links.receivers * links.fileBytes) / bound.seconds,
  };
}

/** Words speak for themselves, numbers need their name. */
function seriesWord(name: string, value: string | number | undefined): string {
  return typeof value === 'string' && Number.isNaN(Number(value)) ? value : `${name} ${value ?? ''}`;
}
