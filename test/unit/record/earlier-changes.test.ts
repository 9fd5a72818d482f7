import { expect, test } from 'vitest';
import type { Action, ActionChange, Plan } from '../../../orchestrator/plan/plan.ts';
import {
  eventWithFaultId,
  withListsOfGroups,
  withFaultIds,
  withFaults,
} from '../../../orchestrator/record/folder/earlier-changes.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import { makePlan, makeScenario } from '../../fixtures/make-saved-run.ts';
import { plannedKill, plannedLink } from '../../fixtures/planned-fault.ts';

/** As it was saved. */
const kill = { kind: 'kill', group: 'servers', rule: 'oldest', count: 1, nodes: ['servers-1'] };
const link = { kind: 'link', group: 'servers', link: { loss: 0.1 }, nodes: ['servers-1'] };
const asSaved = (id: string, change: object): Action => ({
  id,
  offsetMs: 1000,
  change: change as ActionChange,
  source: 'timeline[0]',
  summary: id,
});
const now = [
  plannedKill('servers', ['servers-1'], { id: 'a1', rule: 'oldest' }),
  plannedLink('servers', { loss: 0.1 }, { id: 'a2', nodes: ['servers-1'] }),
];

test('kills and links of an earlier plan are faults, with the ids of their actions', () => {
  const { needs: _, ...earlier } = makePlan();
  const saved = { ...earlier, actions: [asSaved('a1', kill), asSaved('a2', link)] };
  const { actions, needs } = withFaultIds(saved as unknown as Plan);
  expect(actions.map(({ change }) => change)).toEqual(now);
  expect(needs).toEqual([]);
});

test('the events of an earlier run name the same faults', () => {
  const event: RunEvent = {
    type: 'action-started',
    action: asSaved('a1', kill),
    plannedMs: 1000,
    startedMs: 1000,
    atMs: 0,
    offsetMs: 1000,
  };
  expect(eventWithFaultId(event)).toMatchObject({ action: { id: 'a1', change: now[0] } });
});

test("an earlier scenario's timeline holds faults", () => {
  const schedule = { kind: 'at', atMs: 1000 } as const;
  const entry = { schedule, change: { ...kill, replaceAfterMs: 5000 }, source: 'timeline[0]' };
  const saved = { ...makeScenario(), timeline: [entry] } as unknown as Scenario;
  expect(withFaults(saved).timeline).toEqual([
    { ...entry, change: { kind: 'fault', fault: { ...now[0]?.fault, replaceAfterMs: 5000 } } },
  ]);
});

test("an earlier balancer's group is the only one of a list", () => {
  const { groups } = withListsOfGroups(scenarioOf('servers'));
  expect(groups).toEqual(scenarioOf(['servers']).groups);
  expect(withListsOfGroups(scenarioOf(['east', 'west'])).groups).toEqual(scenarioOf(['east', 'west']).groups);
});

function scenarioOf(balances: unknown): Scenario {
  const scenario = makeScenario();
  const groups = scenario.groups.map((group) => (group.role === 'balancer' ? { ...group, balances } : group));
  return { ...scenario, groups } as Scenario;
}

test('what is written today stays as it is', () => {
  const plan = makePlan({ actions: now.map((change) => asSaved(change.id, change)) });
  expect(withFaultIds(plan)).toEqual(plan);
});
