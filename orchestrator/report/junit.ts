// A run's verdict as JUnit XML, which pipelines read: one test case for each objective, and one for whether the measurement is valid.
import type { ObjectiveResult } from '../objectives/verdict.ts';
import type { SavedRun } from '../record/run-folder.ts';
import { describeBound, describeMeasured, describeScope } from './describe-objective.ts';
import { collectFacts, type RunFacts } from './run-facts.ts';

interface TestCase {
  readonly name: string;
  /** Null = passed. */
  readonly result: {
    readonly tag: 'failure' | 'error' | 'skipped';
    readonly type: string;
    readonly message: string;
  } | null;
}

/**
 * One suite for each run. A missed objective is a failure, one without samples and a run that is not valid are errors. Objectives of a
 * run that is not valid, was interrupted or broke never count as passed: they are skipped.
 */
export function renderJunit(runs: readonly SavedRun[]): string {
  const suites = runs.map((run) => suiteOf(run));
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="topolab"${counts(all)}>`,
    ...suites.map(({ text }) => text),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf(run: SavedRun): { readonly cases: readonly TestCase[]; readonly text: string } {
  const facts = collectFacts(run);
  const cases = [validity(facts), ...objectiveCases(run, facts)];
  const seconds = ((facts.loadMs ?? 0) / 1000).toFixed(3);
  const started = facts.startedAtMs === null ? {} : { timestamp: new Date(facts.startedAtMs).toISOString() };
  // Runs of a sweep are told apart by the values that were set.
  const set = Object.entries(facts.started?.source?.set ?? {}).map(([name, value]) => `${name}=${value}`);
  const suite = [run.scenario.name, ...set].join(' ');
  const head = attributes({ name: suite, id: run.id, time: seconds, ...started });
  const properties: Readonly<Record<string, string | number>> = {
    run: run.id,
    seed: String(run.plan.seed),
    outcome: facts.outcome,
    ...run.scenario.parameters,
  };
  const text = [
    `  <testsuite${head}${counts(cases)}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([name, value]) => `      <property${attributes({ name, value: String(value) })}/>`,
    ),
    '    </properties>',
    ...cases.map((each) => caseText(each, suite)),
    '  </testsuite>',
  ].join('\n');
  return { cases, text };
}

function validity({ outcome, reasons }: RunFacts): TestCase {
  const name = 'the measurement is valid';
  if (outcome === 'pass' || outcome === 'fail') return { name, result: null };
  return { name, result: { tag: 'error', type: outcome, message: reasons.join(' ') || outcome } };
}

function objectiveCases(run: SavedRun, { outcome }: RunFacts): TestCase[] {
  const measured = outcome === 'pass' || outcome === 'fail';
  const skipped = { tag: 'skipped', type: outcome, message: `the run is ${outcome}` } as const;
  if (run.verdict === undefined || run.verdict.objectives.length === 0) {
    return run.scenario.objectives.map(({ name }) => ({ name, result: skipped }));
  }
  return run.verdict.objectives.map((result) => ({
    name: result.objective.name,
    result: !measured && result.status === 'held' ? skipped : resultOf(result),
  }));
}

function resultOf(result: ObjectiveResult): TestCase['result'] {
  const { status, objective, why } = result;
  if (status === 'held') return null;
  if (status === 'no-samples') return { tag: 'error', type: status, message: why ?? 'no samples' };
  const message = `measured ${describeMeasured(result)}, must be ${describeBound(objective)} (${describeScope(objective)})`;
  return { tag: 'failure', type: status, message };
}

function caseText({ name, result }: TestCase, suite: string): string {
  const head = `    <testcase${attributes({ classname: suite, name })}`;
  if (result === null) return `${head}/>`;
  const { tag, type, message } = result;
  const inner = tag === 'skipped' ? attributes({ message }) : attributes({ message, type });
  return `${head}><${tag}${inner}/></testcase>`;
}

function counts(cases: readonly TestCase[]): string {
  const of = (tag: string) => String(cases.filter(({ result }) => result?.tag === tag).length);
  return attributes({
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  });
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
}

/** Safe inside a quoted attribute. Characters that XML 1.0 can't hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
