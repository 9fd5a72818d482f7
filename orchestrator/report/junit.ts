// A run's verdict as JUnit XML: one test case for each objective, and one for whether the measurement is valid.
import type { Figures, ObjectiveResult } from '../measure/figures/figures.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { describeBound, describeMeasured, describeScope } from '../judge/describe-objective.ts';
import { renderSuites, type Suite, type TestCase } from './text/junit-file.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { RunFacts } from './facts/run-facts.ts';
import type { RunReport } from './facts/run-report.ts';
import { errorLines } from './words/load-lines.ts';
import { counted } from '../format/format-value.ts';
import type { SweepFacts } from './sweep/sweep-facts.ts';
import { isUntagged } from '../scenario/objectives/objective.ts';
import { writeSet } from '../scenario/parameters/parse-sets.ts';

/**
 * One suite for each run. A missed objective is a failure, one without samples and a run that is not valid are errors. Objectives of a
 * run that is not valid, was interrupted or broke never count as passed: they are skipped. A sweep of which runs are missing has a suite that says so.
 */
export function renderJunit(reports: readonly RunReport[], sweep?: SweepFacts): string {
  return renderSuites([...reports.map(suiteOf), ...(sweep === undefined ? [] : sweepSuite(sweep))]);
}

/** Of a run that was never made, no case would fail; nor of one whose folder has gone. */
function sweepSuite({ sweep, scenario, rows, planned, missing, unreadable }: SweepFacts): Suite[] {
  const made = `${rows.length} of ${planned} runs were made`;
  const whys = [
    ...(missing === null
      ? []
      : [
          `${made}: ${missing === 'interrupted' ? 'it was interrupted' : 'there was no time for some values'}`,
        ]),
    ...(unreadable === 0 ? [] : [`of ${counted(unreadable, 'run')} the folder can’t be read`]),
  ];
  if (whys.length === 0) return [];
  const result = { tag: 'error', type: missing ?? 'unreadable', message: whys.join('; ') } as const;
  const cases = [{ name: 'every run was made and can be read', result }];
  return [{ name: `${scenario} (sweep)`, id: sweep, properties: { sweep }, cases }];
}

function suiteOf(facts: RunReport): Suite {
  const { run } = facts;
  // Runs of a sweep are told apart by the values that were set.
  const set = writeSet(facts.started?.source?.set ?? {});
  return {
    name: [run.scenario.name, ...set].join(' '),
    id: run.id,
    tookMs: facts.loadMs,
    startedAtMs: facts.startedAtMs,
    properties: {
      run: run.id,
      seed: String(run.plan.seed),
      outcome: facts.outcome,
      ...run.scenario.parameters,
    },
    cases: [validity(facts), ...objectiveCases(run, facts), ...unservedCase(run)],
  };
}

function validity({ outcome, reasons }: RunFacts): TestCase {
  const name = 'the measurement is valid';
  if (outcome === 'pass' || outcome === 'fail') return { name, result: null };
  return { name, result: { tag: 'error', type: outcome, message: reasons.join(' ') || outcome } };
}

/** A run may fail without an objective that says so: where nobody was served. */
function unservedCase({ verdict }: SavedRun): TestCase[] {
  if (verdict?.outcome !== 'fail' || verdict.objectives.some(({ status }) => status !== 'held')) return [];
  const message = verdict.reasons.join(' ');
  return [{ name: 'users were served', result: { tag: 'failure', type: 'unserved', message } }];
}

function objectiveCases(run: SavedRun, { outcome }: RunFacts): TestCase[] {
  const measured = outcome === 'pass' || outcome === 'fail';
  const skipped = { tag: 'skipped', type: outcome, message: `the run is ${outcome}` } as const;
  if (run.verdict === undefined || run.verdict.objectives.length === 0) {
    return run.scenario.objectives.map(({ name }) => ({ name, result: skipped }));
  }
  const { verdict } = run;
  return verdict.objectives.map((result) => ({
    name: result.objective.name,
    result: !measured && result.status === 'held' ? skipped : resultOf(result, verdict),
  }));
}

function resultOf(result: ObjectiveResult, verdict: Verdict): TestCase['result'] {
  const { status, objective, why, unanswered } = result;
  if (status === 'held') return null;
  if (status === 'no-samples')
    return { tag: unanswered === true ? 'failure' : 'error', type: status, message: why ?? 'no samples' };
  const measured = `measured ${describeMeasured(result)}, must be ${describeBound(objective)} (${describeScope(objective)})`;
  const message = [measured, ...whatFailed(objective, verdict)].join('; ');
  return { tag: 'failure', type: status, message };
}

/** What failed requests got, where it is their share that was asked for. Of requests with certain tags alone that is not known. */
function whatFailed(objective: ObjectiveResult['objective'], verdict: Verdict): string[] {
  const { measure, phase, load } = objective;
  if (measure.kind !== 'errors' || !isUntagged(objective) || (phase !== null && load !== null)) return [];
  const figures: Figures | null | undefined =
    phase !== null
      ? verdict.phases.find((each) => each.phase === phase)
      : load !== null
        ? verdict.loads?.find((each) => each.load === load)
        : verdict.whole;
  return figures == null ? [] : errorLines(figures);
}
