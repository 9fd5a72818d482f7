// What is wrong with a timeline of faults, as `validate` tells it.
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';

export type Timeline = NonNullable<ScenarioInput['timeline']>;

/** In a run of 60 s; places are written `timeline.0.pause.group`. */
export function problemsIn(
  groups: ScenarioInput['groups'],
  timeline: Timeline,
): { readonly place: string; readonly message: string }[] {
  const input: ScenarioInput = {
    name: 'wrong',
    groups,
    phases: [{ name: 'run', duration: '60s' }],
    timeline,
  };
  const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
  return result.ok ? [] : result.problems.map(({ path, message }) => ({ place: path.join('.'), message }));
}
