// What nodes tell by the clock of the first host, where that is seconds off the orchestrator's: figures are the same as where it is not.
import { expect, test } from 'vitest';
import { measureEnrolment } from '../../../orchestrator/measure/changes/measure-enrolment.ts';
import { measureSwitches } from '../../../orchestrator/measure/changes/measure-switches.ts';
import { measureUpdates } from '../../../orchestrator/measure/changes/measure-updates.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { Action } from '../../../orchestrator/plan/plan.ts';
import type { RunEvent, RunEventBody } from '../../../orchestrator/record/event.ts';
import type { SavedSamples } from '../../../orchestrator/record/samples.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { makeSavedRun } from '../../fixtures/make-saved-run.ts';
import { scenarioOf } from '../run/make-run.ts';

const START = 1_000_000;
const LOAD_MS = 60_000;
const group = 'nodes';

const at = (offsetMs: number, body: RunEventBody): RunEvent => ({
  ...body,
  atMs: START + offsetMs,
  offsetMs,
});

/** @param aheadMs the first host's clock minus the orchestrator's. */
function started(aheadMs: number): RunEvent {
  const found = makeSavedRun().events.find((event) => event.type === 'run-started');
  if (found === undefined) throw new Error('the fixture has begun');
  return { ...found, clockOffsetMs: aheadMs };
}

/** A node says when it served first, by the clock of the first host. */
function firstServed(node: string, servedMs: number, aheadMs: number): SavedSamples {
  const seconds = (START + servedMs + aheadMs) / 1000;
  const points = Array.from({ length: LOAD_MS / 1000 }, (_, second) => {
    const ms = second * 1000;
    return [ms, ms > servedMs ? seconds : 0] as const;
  });
  const labels = { node, version: '2' };
  return { stepSeconds: 1, panels: { 'first-operation': [{ labels, legend: node, points }] } };
}

function actionOf(parts: Partial<ScenarioInput>): Action {
  const [action] = makePlan(scenarioOf(parts)).actions;
  if (action === undefined) throw new Error('a change is planned');
  return action;
}

const begins = (action: Action): RunEvent[] => [
  at(0, { type: 'load-started' }),
  at(10_000, { type: 'action-started', action, plannedMs: 10_000, startedMs: 10_000 }),
];
const launched = (node: string, offsetMs: number, revision: number): RunEvent =>
  at(offsetMs, { type: 'node-launched', node, group, containerId: node, image: 'i', revision, address: '' });
const ready = (node: string, offsetMs: number): RunEvent =>
  at(offsetMs, { type: 'node-ready', node, group, tookMs: 1 });

function enrolled(aheadMs: number): unknown {
  const events = [
    started(aheadMs),
    at(0, { type: 'load-started' }),
    launched('nodes-2', 1000, 1),
    at(1450, {
      type: 'node-enrolled',
      node: 'nodes-2',
      group,
      by: 'nodes-1',
      enrolledAtMs: START + 1400 + aheadMs,
    }),
    ready('nodes-2', 1900),
  ];
  const [node] = measureEnrolment(events, firstServed('nodes-2', 2500, aheadMs))?.nodes ?? [];
  return [node?.credentialAfterMs, node?.readyAfterMs, node?.firstOperationAfterMs];
}

function switched(aheadMs: number): unknown {
  const action = actionOf({
    groups: {
      database: { role: 'store' },
      servers: { role: 'server', store: 'database' },
      nodes: { role: 'client', asks: 'servers', switches: true },
    },
    timeline: [{ at: '10s', switch: { group, to: 'peer-to-peer' } }],
  });
  const events = [
    started(aheadMs),
    ...begins(action),
    at(12_300, {
      type: 'switch-served',
      switch: 's1',
      node: 'nodes-1',
      servedAtMs: START + 12_250 + aheadMs,
    }),
    at(12_100, { type: 'switch-step', switch: 's1', step: 'retire', tookMs: 100 }),
    at(12_400, { type: 'switch-ended', switch: 's1', outcome: 'switched' }),
  ];
  return measureSwitches(events, undefined, LOAD_MS)[0]?.movedAfterMs;
}

function updated(aheadMs: number): unknown {
  const action = actionOf({
    groups: { nodes: { role: 'server' } },
    timeline: [{ at: '10s', update: { group, version: 2 } }],
  });
  const events = [
    started(aheadMs),
    launched('nodes-1', -5000, 1),
    ready('nodes-1', -4000),
    ...begins(action),
    at(10_000, { type: 'node-leaving', node: 'nodes-1', group }),
    at(11_000, { type: 'node-left', node: 'nodes-1', group }),
    launched('nodes-2', 11_000, 2),
    ready('nodes-2', 12_000),
  ];
  return measureUpdates(events, firstServed('nodes-2', 12_500, aheadMs), LOAD_MS)[0]?.convergedAfterMs;
}

test.each([
  ['enrolment', enrolled, [400, 900, 1500]],
  ['a switch', switched, 2250],
  ['an update', updated, 2500],
])('%s is timed as if the clocks agreed', (_, measured, expected) => {
  for (const aheadMs of [0, 7000, -7000]) expect(measured(aheadMs)).toEqual(expected);
});
