// A failure study as JUnit: whatever keeps its exit code from 0 is a failure or an error in it. And the words of its tables.
import { expect, it } from 'vitest';
import type { SavedFailures, VariantResult } from '../../../orchestrator/failures/read-failures.ts';
import type { TrialResult } from '../../../orchestrator/failures/trial.ts';
import { exitCodeOf } from '../../../orchestrator/failures/exit-code.ts';
import {
  costCells,
  findings,
  lossRowName,
  outcomeWords,
} from '../../../orchestrator/report/failures/failure-words.ts';
import { renderFailuresJunit } from '../../../orchestrator/report/failures/failures-junit.ts';
import { makeScenario } from '../../fixtures/make-saved-run.ts';
import { suitesOf } from './suites-of.ts';

const control: TrialResult = {
  variant: 0,
  killed: [],
  attempt: 1,
  folder: 'control',
  tookMs: 1,
  invalid: [],
  impact: { servedBefore: 40, lowestShare: 1, detectedAfterMs: null, recoveredAfterMs: 0, lost: 0 },
  servedAtEnd: 1,
  missed: [],
  sentBytesPerSecond: {},
};

function study(changes: Partial<VariantResult> = {}): SavedFailures {
  const variant = { set: {}, scenario: makeScenario() };
  const node = { node: 'servers-1', group: 'servers', role: 'server', ownUsersShare: 0 } as const;
  const loss = {
    killed: [node],
    outcome: 'unharmed',
    impact: control.impact,
    servedAtEnd: 1,
    missed: [],
    runs: ['run-1'],
    invalid: [],
  } as const;
  const variants: VariantResult[] = [
    {
      variant,
      nodes: [node],
      unsteady: [],
      control,
      losses: [loss],
      missing: 0,
      pairsLeft: 0,
      ...changes,
    },
  ];
  return {
    folder: 'study',
    study: {
      schemaVersion: 1,
      study: 'study',
      startedAtMs: 0,
      file: 'scenario.yaml',
      mostPairs: 0,
      groups: null,
      variants: [variant],
    },
    variants,
    sideBySide: [],
  };
}

it.each<[what: string, changes: Partial<VariantResult>, exitCode: number, errors: number]>([
  ['passes where every loss was got over', {}, 0, 0],
  ['does not pass where runs are missing, of which there is no case', { missing: 1 }, 130, 1],
  ['does not pass without a control run', { control: undefined, losses: [], missing: 2 }, 130, 1],
  ['does not pass where the control run was restless', { unsteady: ['It was restless.'] }, 4, 1],
])('%s', (_, changes, exitCode, errors) => {
  const saved = study(changes);
  expect(exitCodeOf(saved)).toBe(exitCode);
  expect(suitesOf(renderFailuresJunit(saved))[0]).toMatchObject({ errors: String(errors), failures: '0' });
});

it('names a host that is a single point of failure, and what was on it', () => {
  const nodes = [1, 2, 3, 4, 5].map(
    (nth) => ({ node: `servers-${nth}`, group: 'servers', role: 'server', ownUsersShare: 0 }) as const,
  );
  const loss = {
    ...study().variants[0]!.losses[0]!,
    killed: nodes,
    host: 'box2',
    outcome: 'not-recovered',
  } as const;
  const [variant] = study({ losses: [loss] }).variants;
  expect(findings(variant!)).toEqual(['1 single point of failure: host box2.']);
  expect(outcomeWords(loss)).toBe('single point of failure');
  expect(lossRowName(loss)).toBe('host box2 (servers-1, servers-2, servers-3, servers-4 and 1 more)');
  const unharmed = { ...loss, outcome: 'unharmed' } as const;
  const [held] = study({ losses: [...study().variants[0]!.losses, unharmed] }).variants;
  expect(findings(held!)).toEqual([
    'No single point of failure: users were served again after the loss of any one of 1 node and 1 host.',
  ]);
});

it('names losses of which nothing is known, beside those of which something is', () => {
  const [held] = study().variants[0]!.losses;
  const invalid = (node: string) =>
    ({
      ...held!,
      killed: [{ ...held!.killed[0]!, node }],
      outcome: 'invalid',
      invalid: ['The host was full.'],
    }) as const;
  const nodes = ['servers-1', 'servers-2', 'servers-3'].map((node) => ({ ...held!.killed[0]!, node }));
  const [variant] = study({ nodes, losses: [held!, invalid('servers-2'), invalid('servers-3')] }).variants;
  expect(findings(variant!)).toEqual([
    'No single point of failure was found among the nodes that were tried.',
    'Not known, for no run of it was valid: what the loss of servers-2 or servers-3 does.',
  ]);
});

it('says of each loss which objectives were missed, or that none was', () => {
  const [held] = study().variants[0]!.losses;
  const last = (changes: object) => costCells({ ...held!, ...changes }).at(-1);
  expect(last({})).toBe('none');
  expect(last({ missed: ['p95 latency', 'errors'] })).toBe('p95 latency, errors');
  expect(last({ impact: null })).toBe('–');
});
