// A comparison as JUnit XML: a suite for each candidate, a test case for each figure that decides. It fails where the command does.
import { type FailOn, type MetricComparison, type RunsComparison, failsOn } from './compare-runs.ts';
import { CHANGES, COMPARISON_HEAD, comparisonCells } from './comparison-words.ts';
import { renderSuites, type TestCase } from './text/junit-file.ts';

export function renderComparisonJunit(
  { baseline, tolerance, candidates }: RunsComparison,
  failOn: FailOn,
): string {
  return renderSuites(
    candidates.map(({ candidate, metrics, neverReached, undecided }) => ({
      name: `${candidate} against ${baseline}`,
      id: candidate,
      properties: { baseline, candidate, tolerance, 'fail-on': failOn },
      cases: [
        ...metrics
          .filter(({ metric }) => metric.decides && !neverReached.includes(metric.title))
          .map((each) => ({ name: each.metric.title, result: resultOf(each, failOn) })),
        ...neverReached.map((name) => ({ name, result: neverResult(failOn) })),
        ...undecided.map((name) => ({ name, result: undecidedResult(failOn) })),
      ],
    })),
  );
}

function neverResult(failOn: FailOn): TestCase['result'] {
  if (!failsOn(failOn, 'now-missed')) return null;
  return {
    tag: 'failure',
    type: 'now-missed',
    message: 'most trials of the candidate never reached it, or significantly more than of the baseline',
  };
}

/** A gate that passes without a figure is none. */
function undecidedResult(failOn: FailOn): TestCase['result'] {
  const message = 'there is no figure of the candidate to compare';
  return failOn === 'none' ? null : { tag: 'error', type: 'undecided', message };
}

/** Too few trials to tell is no pass: nothing was tested. */
function resultOf(compared: MetricComparison, failOn: FailOn): TestCase['result'] {
  const { change } = compared;
  const type = change;
  if (change === 'too-few-trials') return { tag: 'skipped', type, message: CHANGES[change].words };
  if (!failsOn(failOn, change)) return null;
  const [, , ...cells] = comparisonCells(compared).map((cell, nth) => `${COMPARISON_HEAD[nth]} ${cell}`);
  return { tag: 'failure', type, message: `${CHANGES[change].words}: ${cells.join(', ')}` };
}
