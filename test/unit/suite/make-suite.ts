// A suite that was run, made by code: two columns, one scenario, trials whose figures a test decides.
import type { ReadTrial } from '../../../orchestrator/suite/chart.ts';
import type { Suite, SuiteFigure } from '../../../orchestrator/suite/suite.ts';
import type { SuiteRun } from '../../../orchestrator/suite/suite-folder.ts';
import { makeScenario } from '../../fixtures/make-saved-run.ts';

export const TIME: SuiteFigure = {
  name: 'time',
  scenario: 'work',
  terms: [{ path: 'distribution.distributionMs', factor: 1 }],
  dividedBy: null,
  missing: null,
  unit: 'milliseconds',
  better: 'lower',
};

export const COLUMNS = ['client-server', 'peer-to-peer'] as const;

export function makeSuite(changes: Partial<Suite> = {}): Suite {
  return {
    name: 'topologies',
    description: 'Two topologies on the same work.',
    seed: 1,
    columns: { parameter: 'topology', values: [...COLUMNS] },
    currency: 'EUR',
    scenarios: [scenarioOf('work')],
    rows: [{ name: 'performance', description: 'How fast?', figures: [TIME], notMeasured: null }],
    assumptions: ['Uplinks of 8 MiB/s.'],
    ...changes,
  };
}

export function scenarioOf(name: string, trials = 5): Suite['scenarios'][number] {
  return {
    name,
    file: `scenarios/${name}.yaml`,
    command: 'run',
    trials,
    columns: COLUMNS.map((column) => ({ column, set: { nodes: '4', topology: column }, notMeasured: null })),
  };
}

export function makeSuiteRun(suite: Suite = makeSuite()): SuiteRun {
  return {
    schemaVersion: 1,
    id: 'topologies-20260302-093000-abcd',
    startedAtMs: Date.UTC(2026, 2, 2, 9, 30),
    file: 'suites/topologies.yaml',
    quick: false,
    suite,
    subjects: suite.scenarios.flatMap(({ name, trials, columns }) =>
      columns.flatMap(({ column, notMeasured }) =>
        notMeasured === null ? [{ scenario: name, column, trials, resolved: makeScenario() }] : [],
      ),
    ),
  };
}

/** A trial for each value. */
export function trialsOf(
  column: string,
  values: readonly (number | null)[],
  changes: Partial<ReadTrial> = {},
): ReadTrial[] {
  return values.map((distributionMs, index) => ({
    scenario: 'work',
    column,
    trial: index + 1,
    attempt: 1,
    folder: `${column}-${index + 1}`,
    exitCode: 0,
    invalid: [],
    startedAtMs: Date.UTC(2026, 2, 2, 9, 30) + index * 60_000,
    tookMs: 30_000,
    result: { distribution: { distributionMs }, recovered: null },
    ...changes,
  }));
}
