// What a sweep compares of runs that change something on purpose.
import { expect, test } from 'vitest';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { changeFiguresOf } from '../../../orchestrator/report/sweep/change-figures.ts';
import { sweepFacts } from '../../../orchestrator/report/sweep/sweep-facts.ts';
import { sweepFindings } from '../../../orchestrator/report/sweep/sweep-words.ts';
import { makeSavedRun, makeScenario } from '../../fixtures/make-saved-run.ts';

type Report = Parameters<typeof changeFiguresOf>[0];

const nothing: Report = { access: null, updates: [], switches: [], enrolment: null };
const figuresOf = (parts: object) => changeFiguresOf({ ...nothing, ...parts });

const loss = (kind: string, refusedEverywhereMs: number | null, served: number) => ({
  kind,
  refusedEverywhereMs,
  unauthorised: { served, probes: 200, laterThanCache: 0 },
});

test('a run without any of it has none of these figures', () => {
  expect(new Set(Object.values(changeFiguresOf(nothing)))).toEqual(new Set([null]));
});

test('rights: the slowest revocation, and what was served of all that should have been refused', () => {
  const kept = { probes: 1000, refused: 5, failed: 0, refusals: [] };
  const lost = [loss('revocation', 3, 1), loss('revocation', 1240, 12), loss('expired', 4000, 7)];
  expect(figuresOf({ access: { cacheMs: 2000, lost, gained: [], kept } })).toMatchObject({
    refused: 1240,
    unauthorised: 20 / 600,
    'wrongly-refused': 0.005,
  });
  const never = [...lost, loss('revocation', null, 180)];
  expect(figuresOf({ access: { cacheMs: 2000, lost: never, gained: [], kept } })).toMatchObject({
    refused: null,
    unauthorised: 0.25,
  });
});

test('updates and switches: the slowest, and all that failed meanwhile', () => {
  const updates = [
    { convergedAfterMs: 20_000, failedOperations: 0 },
    { convergedAfterMs: 31_000, failedOperations: 4 },
  ];
  const switches = [{ switchedAfterMs: 12_000, failedOperations: 1 }];
  expect(figuresOf({ updates, switches })).toMatchObject({
    updated: 31_000,
    'update-failed': 4,
    switched: 12_000,
    'switch-failed': 1,
  });
  const rolledBack = [...updates, { convergedAfterMs: null, failedOperations: 2 }];
  expect(figuresOf({ updates: rolledBack })).toMatchObject({ updated: null, 'update-failed': 6 });
});

test('enrolment: the most steps, and the slowest of those that joined during the load', () => {
  const node = (duringLoad: boolean, firstOperationAfterMs: number, member: number) => ({
    duringLoad,
    firstOperationAfterMs,
    steps: { administrator: 0, member, joiner: 1 },
  });
  const nodes = [node(false, 90_000, 1), node(true, 1500, 2), node(true, 1200, 1)];
  expect(figuresOf({ enrolment: { nodes, probes: {} } })).toMatchObject({
    'enrolment-steps': 3,
    enrolled: 1500,
  });
});

/** Its only revocation is in force after so long. */
function revoked(topology: string, afterMs: number): SavedRun {
  const saved = makeSavedRun();
  const access = {
    users: [{ name: 'bob', rights: ['read'] as const }],
    cacheMs: 2000,
    news: 'poll',
    tokenLifeMs: 3_600_000,
    ignoredBy: [],
    canariesPerSecond: 10,
  } as const;
  const servers = { node: 'servers-1', probes: 100, served: 1, failed: 0, stillServes: false };
  const lost = {
    id: 'c2',
    canary: 'bob',
    rights: ['read'] as const,
    told: ['servers-1'],
    issuedMs: 21_990,
    acknowledgedMs: 22_000,
    nodes: [{ ...servers, lastServedAfterMs: afterMs }],
    servedAfterMs: [afterMs],
    receivedAfterwards: 0,
    spread: 0,
    streams: { open: 0, stillOpen: 0, lastEndedAfterMs: null },
  };
  return {
    ...saved,
    id: `${topology}-${afterMs}`,
    scenario: makeScenario({ access, parameters: { topology } }),
    events: [
      ...saved.events,
      { type: 'access-measured', lost: [lost], gained: [], kept: [], atMs: 0, offsetMs: 40_000 },
    ],
  };
}

test('a sweep over topologies says first which is ahead in what the scenario changes', () => {
  const saved = [0, 1, 2, 3].flatMap((nth) => [
    revoked('client-server', 1200 + nth),
    revoked('hybrid', 300 + nth),
  ]);
  const runs = saved.map(({ id, scenario }, nth) => ({
    set: { topology: String(scenario.parameters['topology']) },
    folder: `../${id}`,
    outcome: 'completed' as const,
    exitCode: 0,
    trial: Math.floor(nth / 2) + 1,
  }));
  const facts = sweepFacts({
    schemaVersion: 1,
    sweep: 'sweep-1',
    file: 'scenarios/revocation.yaml',
    startedAt: '2026-03-02T09:30:00.000Z',
    planned: saved.length,
    path: 'runs/sweep-1',
    saved,
    runs,
  });
  // 2 of 70 divisions of eight runs are as extreme.
  expect(sweepFindings(facts).sentences[0]).toBe(
    'Refused everywhere after: hybrid is ahead with 302 ms, against 1.2 s with client-server (a factor of 3.99, beyond chance, p = 0.029).',
  );
});
