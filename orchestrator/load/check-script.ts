// Whether a script's own options agree with the scenario. Pure.
import { ExitCode, TopolabError } from '../errors.ts';
import type { Load } from '../scenario/load/load.ts';
import type { ScriptFacts } from './script-facts.ts';
import { thresholdProblem } from './script-thresholds.ts';

/**
 * Sentences to warn with.
 * @param lastsMs the scenario's phases in all.
 * @throws TopolabError `script-invalid` (exit 2) where a threshold can't be judged, `script-too-long` (exit 2) where the script's own load goes on after the last phase.
 */
export function checkScript(load: Load, facts: ScriptFacts, lastsMs: number): string[] {
  const { name, script, model } = load;
  const warnings: string[] = [];
  const problems = facts.thresholds.flatMap((each) => thresholdProblem(each) ?? []);
  if (problems.length > 0)
    throw new TopolabError(`use script ${script} of load ${name}: threshold ${problems.join('; ')}`, {
      code: 'script-invalid',
      hint: "Correct the script's `options.thresholds`.",
      exitCode: ExitCode.usage,
    });
  if (facts.putAside.length > 0) {
    warnings.push(
      `Options of ${script} are ignored (${facts.putAside.join(', ')}): load ${name} of the scenario decides how much load there is. Write \`model: script\` to let the script decide.`,
    );
  }
  if (model.kind !== 'script') return warnings;
  for (const scenario of facts.scenarios) {
    if (scenario.endMs === null || scenario.endMs <= lastsMs) continue;
    const until = `${seconds(scenario.endMs)} after the start, and the last phase ends at ${seconds(lastsMs)}`;
    if (!scenario.atMost) {
      throw new TopolabError(
        `use script ${script} of load ${name}: its scenario ${scenario.name} runs until ${until}`,
        {
          code: 'script-too-long',
          hint: `Write phases of ${seconds(scenario.endMs)} in all, or let the script's scenario end earlier.`,
          exitCode: ExitCode.usage,
        },
      );
    }
    warnings.push(`Scenario ${scenario.name} of ${script} may run until ${until}: it is stopped then.`);
  }
  return warnings;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
