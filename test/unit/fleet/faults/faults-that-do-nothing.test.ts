// A run whose faults do nothing, from the fleet to the verdict: an engine that says it has paused a node, and has not.
import { expect, test } from 'vitest';
import { createFakeEngine } from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { whyInvalid } from '../../../../orchestrator/judge/rules.ts';
import { findSaturations } from '../../../../orchestrator/measure/saturation/find-saturation.ts';
import { NO_LAG } from '../../../../orchestrator/measure/generators/generator-lag.ts';
import { resourceSeriesOf } from '../../../../orchestrator/measure/saturation/resource-panels.ts';
import { unseenFaults } from '../../../../orchestrator/measure/impacts/unseen-faults.ts';
import { ALL_WATCHED } from '../../../../orchestrator/measure/saturation/watched.ts';
import { makeRecorder, scenarioOf, settle } from '../../run/make-run.ts';
import { carryOut, makeFleet, readyAtOnce } from '../make-fleet.ts';

const scenario = scenarioOf({
  groups: { servers: { role: 'server', replicas: 2 } },
  timeline: [{ at: '10s', pause: { nodes: ['servers-1'], for: '5s' } }],
});

/** @param works whether the engine does what it says. */
async function codesOf(works: boolean): Promise<string[]> {
  const engine = createFakeEngine();
  if (!works) engine.pause = async () => {};
  const { recorder, events } = await makeRecorder();
  const over = new AbortController();
  const isFrozen = async (id: string): Promise<boolean> => engine.containers.get(id)?.paused === true;
  const fleet = await makeFleet({
    engine,
    scenario,
    recorder,
    over: over.signal,
    agent: {
      ...readyAtOnce,
      isFrozen,
      ask: async () => ([...engine.containers.values()].some(({ paused }) => paused) ? 'silent' : 'answered'),
    },
  });
  await carryOut(fleet, scenario, () => {});
  await settle();
  over.abort();
  const found = whyInvalid({
    objectives: [],
    phases: [],
    loads: [],
    saturations: {
      ...findSaturations(resourceSeriesOf({ stepSeconds: 1, panels: {} }), []),
      hostWatched: true,
    },
    watched: ALL_WATCHED,
    witness: { disagreements: [], silent: [] },
    deliveries: [],
    lag: NO_LAG,
    generators: [],
    unseenFaults: unseenFaults(events),
  });
  return found.map(({ code }) => code);
}

test('makes the run invalid, as it would not be if they bit', async () => {
  expect(await codesOf(false)).toEqual(['faults-not-seen']);
  expect(await codesOf(true)).toEqual([]);
});
