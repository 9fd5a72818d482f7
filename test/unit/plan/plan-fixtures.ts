// Scenarios for tests of the plan, without a file.
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';

/** A scenario of 60 s with three servers behind a balancer, and what is given; `trace` is what any trace file holds. */
export function scenarioOf(parts: Partial<ScenarioInput> = {}, trace = ''): Scenario {
  const input: ScenarioInput = {
    name: 'planned',
    groups: { servers: { role: 'server', replicas: 3 }, front: { role: 'balancer', balances: 'servers' } },
    phases: [{ name: 'run', duration: '60s' }],
    ...parts,
  };
  const result = resolveScenario(input, {
    baseDir: '/',
    fileProblem: () => undefined,
    readText: () => ({ ok: true, text: trace }),
  });
  if (result.ok) return result.scenario;
  throw new Error(JSON.stringify(result.problems, null, 2));
}
