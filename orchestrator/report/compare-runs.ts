// Compares runs or studies: the first is the baseline, each other a candidate. Trials decide, never the requests within one. Pure.
import { compareTrials, type Comparison as TrialComparison } from '../capacity/compare.ts';
import { holm } from '../capacity/holm.ts';
import { trialsNeeded } from '../capacity/trials-needed.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { holds } from '../scenario/objectives/comparison.ts';
import type { Subject } from './read-subject.ts';
import { type Difference, differencesBetween } from './scenario-differences.ts';
import type { Metric } from './subject-metrics.ts';

export interface CompareOptions {
  /** A change for the worse of this share or less is no regression. Default of the command: 0.05. */
  readonly tolerance: number;
  /** Of the permutation tests and intervals. */
  readonly seed: number;
}

/**
 * `regression`, `improvement`: significant and beyond the tolerance. `within-tolerance`: significant, but no larger than it.
 * `no-difference-seen`: could be chance. `too-few-trials`: nothing could be significant, and no objective changed sides.
 * `now-missed`, `now-held`: too few trials for significance, so the objective's own bound decides.
 */
export type Change =
  | 'regression'
  | 'improvement'
  | 'within-tolerance'
  | 'no-difference-seen'
  | 'too-few-trials'
  | 'now-missed'
  | 'now-held';

export interface MetricComparison {
  readonly metric: Omit<Metric, 'values' | 'missed' | 'never' | 'asked'>;
  readonly trials: { readonly a: number; readonly b: number };
  readonly comparison: TrialComparison;
  /** p-value after Holm's correction for the number of metrics that decide; of one that does not decide, its own. */
  readonly adjustedP: number;
  readonly change: Change;
}

export interface CandidateComparison {
  readonly candidate: string;
  readonly metrics: readonly MetricComparison[];
  /** Titles of metrics that only one side has. */
  readonly onlyInBaseline: readonly string[];
  readonly onlyInCandidate: readonly string[];
  /**
   * Titles of what the candidate's trials never came to, most of them or significantly oftener than the baseline's: worse than any figure. Objectives,
   * capacities, and `FAILURE_FREE`.
   */
  readonly neverReached: readonly string[];
  /** Titles of deciding figures that the candidate was asked for and could not tell; `NOTHING_DECIDES` where there are none on both sides. */
  readonly undecided: readonly string[];
  /** What differs in the resolved scenarios. */
  readonly scenario: readonly Difference[];
  readonly warnings: readonly string[];
  /** What came out, in words. */
  readonly sentences: readonly string[];
}

export interface RunsComparison {
  readonly schemaVersion: 1;
  readonly baseline: string;
  readonly kind: Subject['kind'];
  readonly tolerance: number;
  readonly candidates: readonly CandidateComparison[];
}

export type FailOn = 'regression' | 'difference' | 'none';

const significance = 0.05;

/** What most trials did not come to where they failed although no objective was missed. */
const FAILURE_FREE = 'an end without failure';
const NOTHING_DECIDES = 'any objective or capacity that both have';
const MOST_LEFT_OUT = 'most of its runs, which are left out';

/** Fails with `not-comparable` (exit 2) where runs would be compared with studies, or a side has no trial that counts (exit 4). */
export function compareSubjects(subjects: readonly Subject[], options: CompareOptions): RunsComparison {
  const [baseline, ...candidates] = subjects;
  if (baseline === undefined || candidates.length === 0) {
    throw notComparable('a comparison needs two or more', ExitCode.usage);
  }
  if (candidates.some(({ kind }) => kind !== baseline.kind)) {
    throw notComparable('runs can be compared with runs, and studies with studies', ExitCode.usage);
  }
  const empty = subjects.find(({ trials }) => trials === 0);
  if (empty !== undefined) {
    throw notComparable(
      `${empty.name} has no trial that can be trusted. ${empty.warnings.join(' ')}`,
      ExitCode.invalid,
    );
  }
  return {
    schemaVersion: 1,
    baseline: baseline.name,
    kind: baseline.kind,
    tolerance: options.tolerance,
    candidates: candidates.map((candidate) => compareTwo(baseline, candidate, options)),
  };
}

/** 3 where the comparison shows what `failOn` names; else 4 where it was to show something and figures are missing; else 0. */
export function exitCodeOf({ candidates }: RunsComparison, failOn: FailOn): number {
  if (failsOn(failOn, 'now-missed') && candidates.some(({ neverReached }) => neverReached.length > 0))
    return ExitCode.missed;
  const changes = candidates.flatMap(({ metrics }) =>
    metrics.filter(({ metric }) => metric.decides).map(({ change }) => change),
  );
  if (changes.some((change) => failsOn(failOn, change))) return ExitCode.missed;
  const isUndecided = candidates.some(({ undecided }) => undecided.length > 0);
  return isUndecided && failOn !== 'none' ? ExitCode.invalid : ExitCode.pass;
}

const FAILS: Readonly<Record<FailOn, readonly Change[]>> = {
  none: [],
  regression: ['regression', 'now-missed'],
  difference: ['regression', 'now-missed', 'improvement', 'now-held'],
};

export function failsOn(failOn: FailOn, change: Change): boolean {
  return FAILS[failOn].includes(change);
}

function compareTwo(baseline: Subject, candidate: Subject, options: CompareOptions): CandidateComparison {
  const pairs = baseline.metrics.flatMap((a) => {
    const b = candidate.metrics.find(({ key }) => key === a.key);
    return b === undefined || a.values.length === 0 || b.values.length === 0 ? [] : [{ a, b: askedAs(a, b) }];
  });
  const metrics = judgePairs(pairs, options);
  const titlesWithout = (own: Subject) =>
    own.metrics.filter(({ key }) => !pairs.some(({ a }) => a.key === key)).map(({ title }) => title);
  const neverReached = titlesNeverReached(baseline, candidate, options);
  const isDecided = neverReached.length > 0 || metrics.some(({ metric }) => metric.decides);
  const perhapsLower = baseline.aboveRange.filter(
    (title) =>
      !candidate.aboveRange.includes(title) && candidate.metrics.some((each) => each.title === title),
  );
  const untold = [...candidate.untold, ...(candidate.leftOut > candidate.trials ? [MOST_LEFT_OUT] : [])];
  const unknown = [...untold, ...perhapsLower];
  return {
    candidate: candidate.name,
    metrics,
    neverReached,
    undecided: [...unknown, ...(isDecided || unknown.length > 0 ? [] : [NOTHING_DECIDES])],
    onlyInBaseline: titlesWithout(baseline),
    onlyInCandidate: titlesWithout(candidate),
    scenario: differencesBetween(baseline.scenario, candidate.scenario),
    warnings: [...baseline.warnings, ...candidate.warnings, ...hostWarnings(baseline, candidate)],
    sentences: [
      ...(neverReached.length > 0
        ? [`Worse than ${baseline.name}: ${neverReached.join(', ')}, which most trials never reached.`]
        : []),
      ...untold.map((title) => `${candidate.name}: ${title} could not be measured.`),
      ...perhapsLower.map(
        (title) =>
          `${baseline.name}: ${title} was above the range that was searched, so it may be lower now.`,
      ),
      ...sentencesOf(metrics, baseline, candidate),
    ],
  };
}

/** Such trials have no value to be compared, and by the others the candidate would seem as good as ever. */
function titlesNeverReached(baseline: Subject, candidate: Subject, options: CompareOptions): string[] {
  const metrics = candidate.metrics.flatMap((b) => {
    const a = baseline.metrics.find(({ key }) => key === b.key);
    return a !== undefined && isOftenerNever(neverOf(a), neverOf(b), options) ? [b.title] : [];
  });
  const failed = [baseline, candidate].map(({ failed: never, trials: of }) => ({ never, of })) as [
    Never,
    Never,
  ];
  return [...metrics, ...(isOftenerNever(...failed, options) ? [FAILURE_FREE] : [])];
}

interface Never {
  readonly never: number;
  /** Of so many trials. */
  readonly of: number;
}

function neverOf({ never, values }: Metric): Never {
  return { never, of: never + values.length };
}

/** Most of b's and not of a's; or fewer, and yet so many more of b's than of a's that it is no chance. */
function isOftenerNever(a: Never, b: Never, { seed }: CompareOptions): boolean {
  if (shareOf(b) <= shareOf(a)) return false;
  if (shareOf(b) > 0.5 && shareOf(a) <= 0.5) return true;
  const trialsOf = ({ never, of }: Never) => Array.from({ length: of }, (_, nth) => (nth < never ? 1 : 0));
  return compareTrials(trialsOf(a), trialsOf(b), { seed, significance }).outcome === 'differs';
}

function shareOf({ never, of }: Never): number {
  return of === 0 ? 0 : never / of;
}

/** A bound that the candidate has loosened says nothing of whether it has become worse: it is held against the baseline's. */
function askedAs({ asked }: Metric, b: Metric): Metric {
  if (asked === undefined || (asked.comparison === b.asked?.comparison && asked.bound === b.asked.bound))
    return b;
  const { comparison, bound } = asked;
  return { ...b, missed: b.never + b.values.filter((each) => !holds(each, comparison, bound)).length };
}

interface Pair {
  readonly a: Metric;
  readonly b: Metric;
}

function judgePairs(pairs: readonly Pair[], { tolerance, seed }: CompareOptions): MetricComparison[] {
  const deciding = pairs.filter(({ a }) => a.decides).length;
  const compared = pairs.map((pair) => ({
    ...pair,
    comparison: compareTrials(pair.a.values, pair.b.values, { seed, significance }),
  }));
  const adjusted = holm(compared.filter(({ a }) => a.decides).map(({ comparison }) => comparison.pValue));
  let next = 0;
  return compared.map(({ a, b, comparison }) => {
    const adjustedP = a.decides ? (adjusted[next++] ?? 1) : comparison.pValue;
    const { values: _, missed: __, never: ___, asked: ____, ...metric } = a;
    const leastP = comparison.leastPValue * (a.decides ? deciding : 1);
    const judged = { a, b, comparison, adjustedP, possible: leastP < significance };
    return {
      metric,
      trials: { a: a.values.length, b: b.values.length },
      comparison,
      adjustedP,
      change: changeOf(judged, tolerance),
    };
  });
}

function changeOf(
  judged: Pair & {
    readonly comparison: TrialComparison;
    readonly adjustedP: number;
    /** Whether these numbers of trials can show anything at all. */
    readonly possible: boolean;
  },
  tolerance: number,
): Change {
  const { a, b, comparison, adjustedP, possible } = judged;
  if (!possible) {
    const missedA = mostlyMissed(a);
    const missedB = mostlyMissed(b);
    if (missedA === missedB) return 'too-few-trials';
    return missedB ? 'now-missed' : 'now-held';
  }
  if (adjustedP >= significance) return 'no-difference-seen';
  // From nothing to something is beyond every tolerance.
  if (Math.abs(comparison.relative ?? Number.POSITIVE_INFINITY) <= tolerance) return 'within-tolerance';
  const isHigher = comparison.b > comparison.a;
  if (isHigher !== (a.better === 'higher')) return 'regression';
  // Trials that never came to it are in no value: by the others alone it would seem better the more often it failed.
  return shareOf(neverOf(b)) > shareOf(neverOf(a)) ? 'no-difference-seen' : 'improvement';
}

function mostlyMissed({ missed, values }: Metric): boolean {
  return missed !== null && missed * 2 > values.length;
}

/** Another host, another kernel or other versions can make the whole difference. */
function hostWarnings(a: Subject, b: Subject): string[] {
  const hosts = differencesBetween({ ...a.host, all: a.hosts }, { ...b.host, all: b.hosts });
  const versions = differencesBetween(a.versions, b.versions);
  return [
    ...hosts.map((each) => `The hosts differ: ${written(each)}.`),
    ...versions.map((each) => `The versions differ: ${written(each)}.`),
  ];
}

function written({ path, a, b }: Difference): string {
  const words = (value: unknown) =>
    value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return `${path} ${words(a)} → ${words(b)}`;
}

function sentencesOf(metrics: readonly MetricComparison[], a: Subject, b: Subject): string[] {
  const deciding = metrics.filter(({ metric }) => metric.decides);
  const of = (...changes: readonly Change[]) => deciding.filter(({ change }) => changes.includes(change));
  const titles = (found: readonly MetricComparison[]) => found.map(({ metric }) => metric.title).join(', ');
  const sentences: string[] = [];
  const worse = of('regression', 'now-missed');
  const better = of('improvement', 'now-held');
  if (worse.length > 0) sentences.push(`Worse than ${a.name}: ${titles(worse)}.`);
  if (better.length > 0) sentences.push(`Better than ${a.name}: ${titles(better)}.`);
  if (of('too-few-trials', 'now-missed', 'now-held').length > 0) {
    const needed = trialsNeeded(deciding.length, significance);
    const count = a.trials === 1 && b.trials === 1 ? 'Single runs' : `${a.trials} against ${b.trials} trials`;
    sentences.push(
      `${count} can't show that a difference is more than chance, so the bounds of the objectives decide. With ${deciding.length} figures that decide, ${needed} trials on each side could.`,
    );
  } else if (deciding.length === 0) {
    sentences.push('No objective or capacity is on both sides, so there is nothing to decide.');
  } else if (worse.length + better.length === 0) {
    sentences.push('No difference beyond the tolerance was found, which does not prove that there is none.');
  }
  return sentences;
}

function notComparable(what: string, exitCode: ExitCode): TopolabError {
  return new TopolabError(`compare: ${what}`, {
    code: 'not-comparable',
    hint: 'Name two or more folders of runs, or two or more of studies; the first is the baseline.',
    exitCode,
  });
}
