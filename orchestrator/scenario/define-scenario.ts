// For people who write scenarios in TypeScript: `export default defineScenario({ … })`.
import type { ScenarioInput } from './schema.ts';

/** Gives back what it got; it is there for completion and type checks. Faults are found when the file is loaded. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario;
}
