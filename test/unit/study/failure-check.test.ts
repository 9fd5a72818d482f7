import { describe, expect, test } from 'vitest';
import type { ObjectiveResult, PhaseFigures } from '../../../orchestrator/measure/figures/figures.ts';
import type { Verdict } from '../../../orchestrator/judge/verdict.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { nameOfChange } from '../../../orchestrator/plan/plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { judgeFailure } from '../../../orchestrator/study/failure-check.ts';
import { failureScenario } from '../../../orchestrator/study/failure-scenario.ts';
import { makeSavedRun, makeVerdict } from '../../fixtures/make-saved-run.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

const { scenario, question } = makeStudy().description;

describe('the scenario of the check', () => {
  const checked = failureScenario(scenario, question, 5);

  test('has N+1 nodes at the target rate all the time, and nothing else of the timeline', () => {
    expect(checked.groups.find(({ name }) => name === 'servers')?.replicas).toBe(5);
    expect(checked.loads).toHaveLength(1);
    expect(checked.loads[0]?.model).toMatchObject({
      startRate: 300,
      stages: [{ durationMs: 28_000, target: 300 }],
    });
    const { actions } = makePlan(checked);
    expect(actions.map(({ offsetMs, change }) => [offsetMs, nameOfChange(change)])).toEqual([
      [13_000, 'kill'],
    ]);
  });

  test('asks for the objectives from 5 s after the kill on, as long as in a probe', () => {
    expect(checked.phases).toEqual([
      { name: 'before', startMs: 0, endMs: 13_000 },
      { name: 'takeover', startMs: 13_000, endMs: 18_000 },
      { name: 'after', startMs: 18_000, endMs: 28_000 },
    ]);
    expect(checked.objectives.map(({ name, phase }) => [name, phase])).toEqual([
      ['p95 latency', 'after'],
      ['error share', 'after'],
      ['delivered share before the kill', 'before'],
      ['delivered share in the takeover', 'takeover'],
      ['delivered share', 'after'],
    ]);
  });

  test('leaves thresholds of the script out, as probes do: they would be asked of the takeover too', () => {
    expect(checked.loads[0]?.thresholds).toBe(false);
  });

  test('has users enough for the rate and all who wait for the dead node', () => {
    const model = checked.loads[0]?.model;
    // 300/s, 5 s of takeover and half as much again as the 300 ms that the objective allows, a second at least.
    expect(model?.kind === 'open' && model.maxVirtualUsers).toBe(300 * (5 + 1));
  });
});

const delivered: ObjectiveResult = {
  objective: {
    name: 'delivered share before the kill',
    measure: { kind: 'delivered' },
    comparison: 'atLeast',
    bound: 0.99,
    phase: 'before',
    load: null,
  },
  status: 'held',
  measured: 1,
};

describe('what the check shows', () => {
  const asked = { nodes: 5, targetRate: 300 };
  const killed: RunEvent = {
    type: 'node-killed',
    node: 'servers-3',
    group: 'servers',
    rule: 'random',
    atMs: 0,
    offsetMs: 13_002,
  };
  const takeover: PhaseFigures = {
    phase: 'takeover',
    offeredPerSecond: 300,
    servedPerSecond: 290,
    errorShare: 0.032,
    p50Ms: 5,
    p95Ms: 84,
    p99Ms: 1002,
    nodes: { servers: 4 },
    saturated: null,
  };

  function checkRun(verdict: Partial<Verdict>, changes: Partial<SavedRun> = {}): SavedRun {
    return makeSavedRun({
      events: [killed],
      verdict: makeVerdict({ reasons: ['why'], phases: [takeover], ...verdict }),
      ...changes,
    });
  }

  test.each([
    ['pass', 'held'],
    ['fail', 'missed'],
    ['invalid', 'invalid'],
    ['broken', 'invalid'],
    ['interrupted', 'invalid'],
  ] as const)('in a run that came to %s it is %s', (outcome, found) => {
    expect(judgeFailure(checkRun({ outcome }), asked)).toMatchObject({
      ...asked,
      outcome: found,
      reasons: ['why'],
    });
  });

  test('is nothing where the load was not offered in full before the kill', () => {
    const before = { ...delivered, status: 'missed' } as const;
    expect(judgeFailure(checkRun({ outcome: 'fail', objectives: [before] }), asked)).toMatchObject({
      outcome: 'invalid',
      reasons: ['The load was not offered in full before the kill.', 'why'],
    });
    const after = { ...before, objective: { ...before.objective, phase: 'after' } };
    expect(judgeFailure(checkRun({ outcome: 'fail', objectives: [after] }), asked).outcome).toBe('missed');
  });

  test('is nothing where no node was killed, or no verdict came', () => {
    expect(judgeFailure(checkRun({ outcome: 'pass' }, { events: [] }), asked)).toMatchObject({
      outcome: 'invalid',
      reasons: ['No node was killed.'],
    });
    expect(judgeFailure(makeSavedRun({ verdict: undefined }), asked)).toMatchObject({ outcome: 'invalid' });
  });

  test('tells what the first seconds cost, or that it was not measured', () => {
    expect(judgeFailure(checkRun({ outcome: 'pass' }), asked).takeover).toEqual({
      lastsMs: 5000,
      failedShare: 0.032,
      p95Ms: 84,
      notStartedShare: null,
      virtualUsers: 400,
    });
    expect(judgeFailure(checkRun({ outcome: 'pass', phases: [] }), asked).takeover).toEqual({
      lastsMs: 5000,
      failedShare: null,
      p95Ms: null,
      notStartedShare: null,
      virtualUsers: 400,
    });
    const iterations = { offered: 1500, started: 1200, done: 900, exceptions: 0, cutOff: 0, unfinished: 0 };
    const dropped = checkRun({ outcome: 'pass', phases: [{ ...takeover, iterations }] });
    expect(judgeFailure(dropped, asked).takeover.notStartedShare).toBeCloseTo(0.2);
  });
});
