// `topolab validate FILE…`: all faults of all files, or a line for each good one.
import { ExitCode, TopolabError } from '../errors.ts';
import { makePlan } from '../plan/make-plan.ts';
import { loadScenario } from '../scenario/load-scenario.ts';

export async function validateCommand(files: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.pass;
  for (const file of files) {
    try {
      const scenario = await loadScenario(file);
      const plan = makePlan(scenario);
      const facts = [
        `${scenario.groups.length} groups`,
        `${plan.actions.length} actions`,
        `${scenario.objectives.length} objectives`,
        `${scenario.durationMs / 1000} s`,
      ];
      process.stdout.write(`${file}: valid (${facts.join(', ')})\n`);
    } catch (error) {
      if (!(error instanceof TopolabError) || error.exitCode !== ExitCode.usage) throw error;
      process.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `  → ${error.hint}\n`}`);
      exitCode = ExitCode.usage;
    }
  }
  return exitCode;
}
