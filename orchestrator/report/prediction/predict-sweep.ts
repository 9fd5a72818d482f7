// A sweep over numbers of nodes or users → its figures at numbers that were not run.
import {
  distributionBound,
  type DistributionLinks,
  distributionLinks,
} from '../../distribution/distribution-bounds.ts';
import { ExitCode, TopolabError } from '../../errors.ts';
import { type Doubt, doubtsOfBottlenecks, type RanOut } from '../../prediction/prediction.ts';
import { type MeasuredFigure, predictFigure, type PredictedFigure } from '../../prediction/predict-figure.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { SavedSweep } from '../../record/folder/sweep.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { estimateOf, isInEveryRun, type SweepFacts, sweepFacts, trialsOf } from '../sweep/sweep-facts.ts';
import type { Figure } from '../sweep/sweep-figures.ts';
import { isOfHost, nameResource } from './prediction-words.ts';

export interface SweepPrediction {
  readonly kind: 'sweep';
  /** Of the sweep. */
  readonly of: string;
  readonly scenario: string;
  /** What was varied: `nodes`. */
  readonly axis: string;
  readonly series: readonly {
    readonly name: string;
    /** Sizes at which it was measured, from the least on. */
    readonly measured: readonly number[];
    /** Of the whole series, whatever the figure. */
    readonly doubts: readonly Doubt[];
    readonly figures: readonly {
      readonly figure: Figure;
      readonly doubts: readonly Doubt[];
      /** null = fewer than three sizes have it. */
      readonly predicted: PredictedFigure | null;
    }[];
  }[];
}

/** Fails with `not-predictable` (exit code 2) where nothing was varied that counts nodes or users. */
export function predictSweep(sweep: SavedSweep, sizes: readonly number[]): SweepPrediction {
  const facts = sweepFacts(sweep);
  const axis = facts.axis !== null && countsSomething(facts, sweep) ? facts.axis : null;
  if (axis === null)
    throw new TopolabError(`predict ${sweep.sweep}: its runs differ in no number of nodes, users or load`, {
      code: 'not-predictable',
      hint: 'Run the scenario at four sizes or more, such as --set nodes=5,10,20,40.',
      exitCode: ExitCode.usage,
    });
  const figures = facts.figures.filter(({ unit }) => unit !== 'share');
  return {
    kind: 'sweep',
    of: facts.sweep,
    scenario: facts.scenario,
    axis,
    series: facts.series.map((name) => ({
      name,
      measured: placesOf(facts, name),
      doubts: doubtsOfBottlenecks(ranOutIn(facts, sweep, name)),
      figures: figures.map((figure) => {
        const missing = placesOf(facts, name).find((place) => !isInEveryRun(facts, name, place, figure.id));
        return {
          figure,
          doubts: missing === undefined ? [] : [{ code: 'figure-missing' as const, at: missing }],
          predicted: predictFigure(measuredFigure(facts, sweep, name, figure), sizes),
        };
      }),
    })),
  };
}

/** Of runs that count. */
function placesOf({ rows }: SweepFacts, series: string): number[] {
  const places = rows.flatMap(({ counts, series: own, x }) =>
    counts && own === series && x !== null ? [x] : [],
  );
  return [...new Set(places)].toSorted((a, b) => a - b);
}

/** Whether there are more nodes, or there is more load, the further along the axis a run is. */
function countsSomething({ rows }: SweepFacts, { saved }: SavedSweep): boolean {
  const sizes = new Map(
    rows.flatMap(({ x }, nth) => {
      const run = saved[nth];
      return x === null || run === undefined ? [] : [[x, sizeOf(run.scenario)] as const];
    }),
  );
  const inOrder = [...sizes].toSorted(([a], [b]) => a - b).map(([, size]) => size);
  return inOrder.length > 1 && inOrder.every((size, nth) => nth === 0 || size > (inOrder[nth - 1] ?? 0));
}

function sizeOf({ groups, loads }: Scenario): number {
  const nodes = groups.reduce((sum, { replicas }) => sum + replicas, 0);
  return loads.reduce(
    (sum, { model }) =>
      sum + ('stages' in model ? Math.max(0, ...model.stages.map(({ target }) => target)) : 0),
    nodes,
  );
}

function measuredFigure(
  facts: SweepFacts,
  sweep: SavedSweep,
  series: string,
  figure: Figure,
): MeasuredFigure {
  const points = placesOf(facts, series).flatMap((size) => {
    if (!isInEveryRun(facts, series, size, figure.id)) return [];
    const estimate = estimateOf(trialsOf(facts, series, size, figure.id));
    return estimate === null ? [] : [{ size, value: estimate.mean }];
  });
  const linksAt = figure.bound === undefined ? null : linksBySize(facts, sweep, series);
  if (linksAt === null) return { points, bound: null };
  const seconds = (size: number) => distributionBound(linksAt(size))?.seconds ?? Number.NaN;
  if (figure.bound === 'boundSeconds') return { points, bound: { kind: 'least', at: seconds } };
  const rate = (size: number) => (linksAt(size).receivers * linksAt(size).fileBytes) / seconds(size);
  return { points, bound: { kind: 'most', at: rate } };
}

/**
 * The links of a network of any size: those of the smallest and the largest run, drawn on. null where these are not bounded, or say something
 * else of a run between them.
 */
function linksBySize(
  { rows }: SweepFacts,
  { saved }: SavedSweep,
  series: string,
): ((size: number) => DistributionLinks) | null {
  const known = rows
    .flatMap(({ x, series: own, boundSeconds }, nth) => {
      const links = linksOf(saved[nth]);
      return own === series && x !== null && links !== null && boundSeconds !== null
        ? [{ x, links, boundSeconds }]
        : [];
    })
    .toSorted((a, b) => a.x - b.x);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first.x === last.x) return null;
  const drawnOn = (size: number, of: (links: DistributionLinks) => number | null): number | null => {
    const [low, high] = [of(first.links), of(last.links)];
    return low === null || high === null
      ? null
      : low + ((size - first.x) / (last.x - first.x)) * (high - low);
  };
  const linksAt = (size: number): DistributionLinks => ({
    ...last.links,
    receivers: Math.round(drawnOn(size, ({ receivers }) => receivers) ?? 0),
    sourceBytesPerSecond: drawnOn(size, (links) => links.sourceBytesPerSecond),
    helpBytesPerSecond: drawnOn(size, (links) => links.helpBytesPerSecond),
  });
  const fits = known.every(({ x, boundSeconds }) => {
    const drawn = distributionBound(linksAt(x))?.seconds ?? 0;
    return Math.abs(drawn / boundSeconds - 1) < 1e-6;
  });
  return fits ? linksAt : null;
}

function linksOf(run: SavedRun | undefined): DistributionLinks | null {
  return run === undefined ? null : distributionLinks(run.scenario);
}

/** What ran out first in most runs of each size. */
function ranOutIn(facts: SweepFacts, { saved }: SavedSweep, series: string): RanOut[] {
  return placesOf(facts, series).map((size) => {
    const first = facts.rows.flatMap(({ counts, series: own, x }, nth) =>
      counts && own === series && x === size ? [saved[nth]?.verdict?.firstSaturated ?? null] : [],
    );
    const named = first.flatMap((each) => (each === null ? [] : [nameResource(each)]));
    const what =
      named.find((each) => named.filter((other) => other === each).length * 2 > first.length) ?? null;
    return {
      size,
      what,
      isHost: first.some((each) => each !== null && nameResource(each) === what && isOfHost(each)),
    };
  });
}
