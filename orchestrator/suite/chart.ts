// The trials of a suite → its chart: each cell with median and spread, and who is ahead on each row. Pure.
import { medianOf } from '../capacity/bootstrap.ts';
import { type Judged, judgeRankings } from '../capacity/judge-rankings.ts';
import { type Ranking, rankTrials } from '../capacity/rank-trials.ts';
import { figureAt, type FoundFigure, parseFigurePath } from './figures/figure-path.ts';
import { missingTrials } from './run-suite.ts';
import type { Suite, SuiteFigure, SuiteRow, SuiteScenario } from './suite.ts';
import type { SuiteRun, SuiteTrialResult } from './suite-folder.ts';

/** A trial with what its result holds, as it was read from JSON; undefined where there is none (any more). */
export interface ReadTrial extends SuiteTrialResult {
  readonly result: unknown;
}

export interface TrialFigure {
  readonly trial: number;
  readonly value: number;
  /** It is no less than that. Absent where it is exact. */
  readonly atLeast?: true;
  /** Of the run or study, relative to the suite's folder. */
  readonly folder: string;
}

export interface ValuelessTrial {
  readonly trial: number;
  /** null where there is none. */
  readonly folder: string | null;
  /** The word for a missing figure, or why it was not measured. */
  readonly reason: string;
}

export type Cell =
  | {
      readonly kind: 'measured';
      /** In the order of the trials. */
      readonly trials: readonly TrialFigure[];
      readonly median: number;
      readonly least: number;
      readonly most: number;
      /** Those of the three that are no less than they seem, as a percentile beyond the last answer. */
      readonly atLeast: readonly ('median' | 'least' | 'most')[];
      /** Valid trials in whose result it says that there is no figure, as of users who were never served again. */
      readonly without: number;
      /** Trials that were to measure it. Those that are left are without a valid result, or have nothing at the figure's place. */
      readonly planned: number;
      /** Those among them that have ended without it. */
      readonly valueless: readonly ValuelessTrial[];
    }
  /** Its trials are valid, and none has the figure, which says something by itself. */
  | {
      readonly kind: 'missing';
      readonly word: string;
      readonly trials: number;
      readonly planned: number;
      readonly valueless: readonly ValuelessTrial[];
      readonly folders: readonly string[];
    }
  | {
      readonly kind: 'not-measured';
      readonly reason: string;
      /** Runs that should have measured it. */
      readonly folders: readonly string[];
      /** Whether the suite says so itself: then nothing is amiss. */
      readonly isMeant: boolean;
    };

export type MeasuredCell = Extract<Cell, { readonly kind: 'measured' }>;

export interface ChartFigure extends Omit<SuiteFigure, 'terms' | 'dividedBy'> {
  /** The first figure of its row that can be ranked: it decides who is ahead on the row. */
  readonly decides: boolean;
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
  /** null where fewer than two columns can be ranked: those that are measured, and of which no trial has the word for a missing figure. */
  readonly ranking: Judged<Ranking> | null;
}

export interface ChartRow extends Omit<SuiteRow, 'figures'> {
  readonly figures: readonly ChartFigure[];
}

export interface Chart {
  readonly columns: readonly string[];
  readonly rows: readonly ChartRow[];
  /** Trials of each cell with which the clearest differences of the deciding figures would be beyond chance. */
  readonly trialsNeeded: number;
  /** Trials that ended, those among them without a valid measurement, and those still to come. */
  readonly ended: number;
  readonly invalid: number;
  readonly missing: number;
  /** Time that all trials took together. */
  readonly tookMs: number;
}

export function makeChart(run: SuiteRun, trials: readonly ReadTrial[]): Chart {
  const { suite } = run;
  const rows = suite.rows.map((row) => ({
    ...row,
    figures: row.figures.map((figure) => figureRow(figure, suite, trials)),
  }));
  const judged = judgeRows(rows);
  return {
    columns: suite.columns.values,
    ...judged,
    ended: trials.length,
    invalid: trials.filter(({ invalid }) => invalid.length > 0).length,
    missing: missingTrials(run, trials).length,
    tookMs: trials.reduce((sum, { tookMs }) => sum + tookMs, 0),
  };
}

type Unjudged = Omit<ChartFigure, 'decides' | 'ranking'> & { readonly ranking: Ranking | null };

function figureRow(figure: SuiteFigure, suite: Suite, trials: readonly ReadTrial[]): Unjudged {
  const columns = suite.columns.values;
  const cells = columns.map((column) => cellOf(figure, column, suite, trials));
  const contestants = columns.map((name, index) => {
    const cell = cells[index];
    // Trials that never came to it are worse than any figure: by those that did, the column would seem better the more often it failed.
    const isWhole =
      cell?.kind === 'measured' &&
      (figure.missing === null || cell.without === 0) &&
      // Nor is it known how much worse those are of which only the least is known.
      cell.atLeast.length === 0;
    return { name, trials: isWhole ? cell.trials.map(({ value }) => value) : [] };
  });
  const { name, scenario, missing, unit, better } = figure;
  return {
    name,
    scenario,
    missing,
    unit,
    better,
    cells,
    ranking: rankTrials(contestants, { better, centre: 'median', seed: suite.seed }),
  };
}

/** Figures that decide are judged together, for each of them makes a chance find likelier; the others explain, each judged by itself. */
function judgeRows(
  rows: readonly (Omit<SuiteRow, 'figures'> & { readonly figures: readonly Unjudged[] })[],
): Pick<Chart, 'rows' | 'trialsNeeded'> {
  const deciding = rows.flatMap(({ figures }) => figures.find(({ ranking }) => ranking !== null) ?? []);
  const { rankings, trialsNeeded } = judgeRankings(deciding.flatMap(({ ranking }) => ranking ?? []));
  const judge = (figure: Unjudged): ChartFigure => {
    const { ranking, ...rest } = figure;
    const place = deciding.indexOf(figure);
    const own = ranking === null ? undefined : judgeRankings([ranking]).rankings[0];
    return { ...rest, decides: place >= 0, ranking: (place >= 0 ? rankings[place] : own) ?? null };
  };
  return { rows: rows.map((row) => ({ ...row, figures: row.figures.map(judge) })), trialsNeeded };
}

function cellOf(figure: SuiteFigure, column: string, suite: Suite, trials: readonly ReadTrial[]): Cell {
  const needed = [figure.scenario, ...(figure.dividedBy === null ? [] : [figure.dividedBy.scenario])];
  const meant = needed
    .map((name) => columnOf(suite.scenarios, name, column)?.notMeasured ?? null)
    .find((reason) => reason !== null);
  if (meant !== undefined) return { kind: 'not-measured', reason: meant, folders: [], isMeant: true };
  const own = trialsIn(trials, figure.scenario, column);
  const counting = own.filter(({ invalid }) => invalid.length === 0);
  const found = counting.map((trial) => ({ trial, figure: valueOf(figure, trial, trials) }));
  const values = found.flatMap(({ trial: { trial, folder }, figure: { value, atLeast } = NOTHING }) =>
    value === null || folder === null
      ? []
      : [{ trial, value, folder, ...(atLeast && { atLeast: true as const }) }],
  );
  const without = found.filter((each) => each.figure?.value === null).map(({ trial }) => trial);
  const planned = suite.scenarios.find(({ name }) => name === figure.scenario)?.trials ?? own.length;
  const valueless = valuelessIn(own, values, without, figure);
  if (values.length === 0) {
    const folders = own.flatMap(({ folder }) => folder ?? []);
    if (figure.missing !== null && without.length > 0)
      return { kind: 'missing', word: figure.missing, trials: without.length, planned, valueless, folders };
    return { kind: 'not-measured', reason: whyNot(figure, own, counting), folders, isMeant: false };
  }
  const numbers = values.map(({ value }) => value);
  return {
    kind: 'measured',
    trials: values.toSorted((a, b) => a.trial - b.trial),
    median: medianOf(numbers),
    least: Math.min(...numbers),
    most: Math.max(...numbers),
    atLeast: boundsOf(values),
    without: without.length,
    planned,
    valueless,
  };
}

const NOTHING: FoundFigure = { value: null, atLeast: false };

/** Trials of a cell that ended without a figure, each with the reason; of those that were run again, the last one. */
function valuelessIn(
  own: readonly ReadTrial[],
  values: readonly TrialFigure[],
  without: readonly ReadTrial[],
  { missing, terms }: SuiteFigure,
): ValuelessTrial[] {
  const last = new Map(own.map((each) => [each.trial, each]));
  return [...last.values()]
    .filter(({ trial }) => !values.some((each) => each.trial === trial))
    .map((each) => ({
      trial: each.trial,
      folder: each.folder,
      reason:
        each.invalid[0] ??
        (without.includes(each) && missing !== null
          ? missing
          : `no figure ${terms.map(({ path }) => path).join(', ')}`),
    }))
    .toSorted((a, b) => a.trial - b.trial);
}

/** Which of smallest, median and largest would be more if what is only known to be no less were more. */
function boundsOf(values: readonly TrialFigure[]): ('median' | 'least' | 'most')[] {
  // Exact ones first, where they are equal.
  const sorted = values.toSorted(
    (a, b) => a.value - b.value || Number(a.atLeast ?? false) - Number(b.atLeast ?? false),
  );
  const first = sorted.findIndex(({ atLeast }) => atLeast);
  if (first === -1) return [];
  return [
    ...(first <= Math.floor(sorted.length / 2) ? (['median'] as const) : []),
    ...(first === 0 ? (['least'] as const) : []),
    'most',
  ];
}

/** Whether fewer than half of the trials that were to measure a cell say anything of it: too few to stand for it. */
export function isScarce(cell: Cell): boolean {
  return cell.kind !== 'not-measured' && unmeasuredIn(cell) * 2 > cell.planned;
}

/** Trials of a cell that say nothing of it: still to come, not valid, or with nothing at the figure's place. */
export function unmeasuredIn(cell: Exclude<Cell, { kind: 'not-measured' }>): number {
  return cell.planned - (cell.kind === 'missing' ? cell.trials : cell.trials.length + cell.without);
}

function whyNot(
  { terms, dividedBy }: SuiteFigure,
  own: readonly ReadTrial[],
  counting: readonly ReadTrial[],
): string {
  if (own.length === 0) return 'Its trials are still to come.';
  if (counting.length === 0) return own.at(-1)?.invalid[0] ?? 'None of its trials is valid.';
  const paths = [...terms.map(({ path }) => path), ...(dividedBy === null ? [] : [dividedBy.path])];
  return counting.length === 1
    ? `Its only trial has no figure ${paths.join(', ')}.`
    : `None of its ${counting.length} trials has a figure ${paths.join(', ')}.`;
}

function columnOf(scenarios: readonly SuiteScenario[], name: string, column: string) {
  return scenarios.find((each) => each.name === name)?.columns.find((each) => each.column === column);
}

function trialsIn(trials: readonly ReadTrial[], scenario: string, column: string): ReadTrial[] {
  return trials.filter((trial) => trial.scenario === scenario && trial.column === column);
}

/**
 * Where a part of it is missing so is all of it: what is left would be another figure. That goes for a figure that would be no *more* than what it comes to.
 */
function valueOf(
  { terms, dividedBy }: SuiteFigure,
  trial: ReadTrial,
  trials: readonly ReadTrial[],
): FoundFigure | undefined {
  const parts = terms.map(({ path, factor }) => ({ found: read(trial.result, path), factor }));
  if (parts.some(({ found, factor }) => found === undefined || (found.atLeast && factor < 0)))
    return undefined;
  if (parts.some(({ found }) => found?.value === null)) return { value: null, atLeast: false };
  const value = parts.reduce((total, { found, factor }) => total + (found?.value ?? 0) * factor, 0);
  const atLeast = parts.some(({ found }) => found?.atLeast === true);
  if (dividedBy === null) return { value, atLeast };
  const other =
    dividedBy.scenario === trial.scenario
      ? trial
      : trialsIn(trials, dividedBy.scenario, trial.column).find(
          (each) => each.trial === trial.trial && each.invalid.length === 0,
        );
  const divisor = other === undefined ? undefined : read(other.result, dividedBy.path);
  if (divisor === undefined || divisor.atLeast || divisor.value === 0) return undefined;
  return divisor.value === null ? divisor : { value: value / divisor.value, atLeast };
}

function read(result: unknown, text: string): FoundFigure | undefined {
  const path = parseFigurePath(text);
  return 'problem' in path ? undefined : figureAt(result, path);
}
