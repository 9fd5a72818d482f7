// The trials of a suite → its chart: each cell with median and spread, and who is ahead on each row. Pure.
import { medianOf } from '../capacity/bootstrap.ts';
import { type Judged, judgeRankings } from '../capacity/judge-rankings.ts';
import { type Ranking, rankTrials } from '../capacity/rank-trials.ts';
import { figureAt, parseFigurePath } from './figures/figure-path.ts';
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
  /** Of the run or study, relative to the suite's folder. */
  readonly folder: string;
}

export type Cell =
  | {
      readonly kind: 'measured';
      /** In the order of the trials. */
      readonly trials: readonly TrialFigure[];
      readonly median: number;
      readonly least: number;
      readonly most: number;
      /** Trials that count and do not have this figure. */
      readonly without: number;
    }
  /** Its trials are valid, and none has the figure, which says something by itself. */
  | {
      readonly kind: 'missing';
      readonly word: string;
      readonly trials: number;
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
    const isWhole = cell?.kind === 'measured' && (figure.missing === null || cell.without === 0);
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
  const values = counting.flatMap((trial) => {
    const value = valueOf(figure, trial, trials);
    return value === null || trial.folder === null
      ? []
      : [{ trial: trial.trial, value, folder: trial.folder }];
  });
  if (values.length === 0) {
    const folders = own.flatMap(({ folder }) => folder ?? []);
    if (figure.missing !== null && counting.length > 0)
      return { kind: 'missing', word: figure.missing, trials: counting.length, folders };
    return { kind: 'not-measured', reason: whyNot(figure, own, counting), folders, isMeant: false };
  }
  const numbers = values.map(({ value }) => value);
  return {
    kind: 'measured',
    trials: values.toSorted((a, b) => a.trial - b.trial),
    median: medianOf(numbers),
    least: Math.min(...numbers),
    most: Math.max(...numbers),
    without: counting.length - values.length,
  };
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

/** null where a part of it is missing: what is left would be another figure. */
function valueOf(
  { terms, dividedBy }: SuiteFigure,
  trial: ReadTrial,
  trials: readonly ReadTrial[],
): number | null {
  const parts = terms.map(({ path, factor }) => {
    const value = read(trial.result, path);
    return value === null ? null : value * factor;
  });
  if (parts.some((part) => part === null)) return null;
  const sum = parts.reduce<number>((total, part) => total + (part ?? 0), 0);
  if (dividedBy === null) return sum;
  const other =
    dividedBy.scenario === trial.scenario
      ? trial
      : trialsIn(trials, dividedBy.scenario, trial.column).find(
          (each) => each.trial === trial.trial && each.invalid.length === 0,
        );
  const divisor = other === undefined ? null : read(other.result, dividedBy.path);
  return divisor === null || divisor === 0 ? null : sum / divisor;
}

function read(result: unknown, text: string): number | null {
  const path = parseFigurePath(text);
  return 'problem' in path ? null : figureAt(result, path);
}
