// `topolab validate FILE…`: all problems of all files, or a line for each good one (with a sweep, for each combination).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeError } from '../describe-error.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { printable } from '../printable.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
import type { GivenValues } from '../scenario/parameters/apply-parameters.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import { loadPlanned } from './load-planned.ts';

export async function validateCommand(
  files: readonly string[],
  options: { readonly set: readonly string[] },
): Promise<number> {
  const combinations = parseSets(options.set);
  let exitCode: number = ExitCode.pass;
  for (const file of files) {
    for (const set of combinations) {
      // Lets a signal be heard between two of them.
      await nextTurn();
      if (!(await isValid(file, set))) exitCode = ExitCode.usage;
    }
  }
  return exitCode;
}

/** Says so, or why not. */
async function isValid(file: string, set: GivenValues): Promise<boolean> {
  try {
    const { scenario, plan } = await loadPlanned(file, { set });
    const facts = [
      // On one line, whatever a value holds: what follows a line break would look like a word of ours.
      ...Object.entries(withoutSecrets(scenario).parameters).map(
        ([name, value]) => `${name} ${String(value).replaceAll(/\s+/g, ' ')}`,
      ),
      `${scenario.groups.length} groups`,
      `${plan.actions.length} actions`,
      `${scenario.objectives.length} objectives`,
      `${scenario.durationMs / 1000} s`,
    ];
    process.stdout.write(printable(`${file}: valid (${facts.join(', ')})\n`));
    return true;
  } catch (error) {
    if (!(error instanceof TopolabError) || error.exitCode !== ExitCode.usage) throw error;
    process.stderr.write(describeError(error));
    return false;
  }
}
