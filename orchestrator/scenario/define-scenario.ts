// For people who write scenarios in TypeScript: `export default defineScenario({ … })`.
import type { ScenarioInput } from './schema.ts';

type ParametersInput = NonNullable<ScenarioInput['parameters']>;
type ParameterInput = ParametersInput[string];

/** What `build` gets for a parameter: one of its values, a number, or text as people write it (`64MiB`). */
type ValueOf<Parameter extends ParameterInput> = Parameter extends { readonly of: readonly (infer Value)[] }
  ? Value
  : Parameter extends { readonly type: 'integer' | 'number' }
    ? number
    : string;

/** A scenario that code makes from the values of its parameters. */
export interface BuiltScenario<Parameters> {
  readonly parameters: Parameters;
  readonly build: (
    values: {
      readonly [Name in keyof Parameters]: Parameters[Name] extends ParameterInput
        ? ValueOf<Parameters[Name]>
        : never;
    },
  ) => Omit<ScenarioInput, 'parameters'>;
}

/**
 * Gives back what it got; it is there for completion and type checks. Problems are found when the file is loaded. With `build`
 * the scenario is a function of its parameters, called once the values for the run are known.
 */
export function defineScenario(scenario: ScenarioInput): ScenarioInput;
export function defineScenario<const Parameters extends ParametersInput>(
  scenario: BuiltScenario<Parameters>,
): BuiltScenario<Parameters>;
export function defineScenario(scenario: unknown): unknown {
  return scenario;
}
