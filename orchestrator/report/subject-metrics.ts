// The figures of runs and studies that can be compared, each with its trials. Pure.
import type { SearchResult } from '../capacity/search-result.ts';
import type { PanelUnit } from '../../dashboards/panels/panel.ts';
import type { ObjectiveResult, PercentileName, PhaseFigures } from '../measure/figures/figures.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import type { Comparison } from '../scenario/objectives/comparison.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import type { StudyAnswer } from '../study/answer-study.ts';
import { objectiveUnit } from '../judge/describe-objective.ts';

export type Better = 'lower' | 'higher';

export interface Metric {
  /** The same on both sides of a comparison. */
  readonly key: string;
  readonly title: string;
  readonly unit: PanelUnit;
  readonly better: Better;
  /**
   * Objectives and capacities decide; figures of phases explain. Each figure that decides makes a chance find
   * likelier, so it is only what somebody cares about.
   */
  readonly decides: boolean;
  /** One a trial. */
  readonly values: readonly number[];
  /** Trials in which its objective was missed; null where it is none. */
  readonly missed: number | null;
  /** What its objective asks for. */
  readonly asked?: Pick<Objective, 'comparison' | 'bound'>;
  /**
   * Trials that have no value, for they never came to it: users were never served as before, never refused, or too many never answered. They are among those
   * that missed it. Of a capacity, those of a search in which not even the lowest rate held.
   */
  readonly never: number;
}

const BETTER: Readonly<Record<Comparison, Better>> = {
  below: 'lower',
  atMost: 'lower',
  atLeast: 'higher',
  above: 'higher',
};

export function metricsOfRuns(runs: readonly SavedRun[]): Metric[] {
  return [...objectiveMetrics(runs), ...phaseMetrics(runs)];
}

function objectiveMetrics(runs: readonly SavedRun[]): Metric[] {
  const all = runs.flatMap(({ verdict }) => verdict?.objectives ?? []);
  const byName = Map.groupBy(all, ({ objective }) => objective.name);
  return [...byName].flatMap(([name, results]) => {
    const [first] = results;
    if (first === undefined) return [];
    const better = BETTER[first.objective.comparison];
    // Of one that should be low only the least may be known.
    const isKnown = ({ atLeast }: ObjectiveResult) => better === 'higher' || atLeast !== true;
    const values = results.flatMap((result) => (isKnown(result) ? (result.measured ?? []) : []));
    return {
      key: `objective ${name}`,
      title: name,
      unit: objectiveUnit(first.objective),
      better,
      decides: true,
      values,
      missed: results.filter(({ status }) => status !== 'held').length,
      asked: { comparison: first.objective.comparison, bound: first.objective.bound },
      never: results.length - values.length,
    };
  });
}

type FigureName = 'servedPerSecond' | 'errorShare' | `${PercentileName}Ms`;

const FIGURES: readonly {
  readonly figure: FigureName;
  readonly title: string;
  readonly unit: PanelUnit;
  readonly better: Better;
}[] = [
  { figure: 'servedPerSecond', title: 'served', unit: 'per-second', better: 'higher' },
  { figure: 'errorShare', title: 'errors', unit: 'share', better: 'lower' },
  { figure: 'p50Ms', title: 'p50', unit: 'milliseconds', better: 'lower' },
  { figure: 'p95Ms', title: 'p95', unit: 'milliseconds', better: 'lower' },
  { figure: 'p99Ms', title: 'p99', unit: 'milliseconds', better: 'lower' },
];

function phaseMetrics(runs: readonly SavedRun[]): Metric[] {
  const phases: readonly PhaseFigures[] = runs.flatMap(({ verdict }) => verdict?.phases ?? []);
  const byName = Map.groupBy(phases, ({ phase }) => phase);
  return [...byName].flatMap(([phase, figures]) =>
    FIGURES.map(({ figure, title, unit, better }) => ({
      key: `phase ${phase} ${figure}`,
      title: `${phase}: ${title}`,
      unit,
      better,
      decides: false,
      values: figures.flatMap((each) => (isLeast(each, figure) ? [] : (each[figure] ?? []))),
      missed: null,
      never: 0,
    })),
  );
}

/** Whether it may be more than that: a percentile beyond the last answer. */
function isLeast({ atLeast = [] }: PhaseFigures, figure: FigureName): boolean {
  return atLeast.some((name) => figure === `${name}Ms`);
}

export function metricsOfStudy({ sizes }: StudyAnswer): Metric[] {
  return sizes.flatMap(({ name, result: { status, trials } }) => {
    if (status !== 'found' && status !== 'below-range') return [];
    const isFound = status === 'found';
    return {
      key: `capacity ${name}`,
      title: titleOfSize(name),
      unit: 'per-second',
      better: 'higher',
      decides: true,
      values: isFound ? trials.map(({ capacity }) => capacity) : [],
      missed: null,
      // A search may end before its first trial has.
      never: isFound ? 0 : Math.max(1, trials.length),
    };
  });
}

/** Titles of capacities that were asked for and could not be told. */
export function untoldInStudy({ sizes }: StudyAnswer): string[] {
  return sizes.flatMap(({ name, result: { status } }) => (UNTOLD.has(status) ? [titleOfSize(name)] : []));
}

/** Titles of capacities of which only the least is known. */
export function aboveRangeInStudy({ sizes }: StudyAnswer): string[] {
  return sizes.flatMap(({ name, result: { status } }) =>
    status === 'above-range' ? [titleOfSize(name)] : [],
  );
}

const UNTOLD: ReadonlySet<SearchResult['status']> = new Set([
  'not-measurable',
  'out-of-probes',
  'out-of-time',
]);

function titleOfSize(name: string): string {
  return `capacity of ${name}`;
}
