// `topolab validate FILE…`: all problems of all files, scenarios and suites, or a line for each good one (with a sweep, for each combination).
import { describeError } from '../describe-error.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { leftOut } from '../plan/left-out.ts';
import { printable } from '../printable.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
import type { Runnable } from './load-planned.ts';
import { loadSweep } from './load-sweep.ts';
import type { EngineChoice } from './prepare-options.ts';
import { countTrials, loadSuiteRuns, type SuiteRuns } from './load-suite-runs.ts';
import { holdsSuite } from '../suite/load-suite.ts';
import { counted } from '../format/format-value.ts';

export async function validateCommand(
  files: readonly string[],
  options: { readonly set: readonly string[] } & Pick<EngineChoice, 'engine'>,
): Promise<number> {
  const combinations = parseSets(options.set);
  const acrossHosts = options.engine === 'swarm';
  let exitCode: number = ExitCode.pass;
  for (const file of files) {
    try {
      if (holdsSuite(file)) await validateSuite(file, options.set, acrossHosts);
      else
        await loadSweep(file, combinations, {
          onLoaded: (run) => sayValid(file, run),
          acrossHosts,
        });
    } catch (error) {
      if (!(error instanceof TopolabError) || error.exitCode !== ExitCode.usage) throw error;
      process.stderr.write(describeError(error));
      exitCode = ExitCode.usage;
    }
  }
  return exitCode;
}

async function validateSuite(file: string, set: readonly string[], acrossHosts: boolean): Promise<void> {
  if (set.length > 0)
    throw new TopolabError(`validate ${file}: a suite takes no --set; its scenarios' values are in it`, {
      code: 'suite-with-values',
      hint: 'Leave --set out, or name a scenario.',
      exitCode: ExitCode.usage,
    });
  const runs = await loadSuiteRuns(file, { quick: false, acrossHosts });
  // What it has for --quick is found only so.
  await loadSuiteRuns(file, { quick: true, acrossHosts });
  sayValidSuite(file, runs);
}

function sayValidSuite(file: string, { suite, subjects }: SuiteRuns): void {
  const figures = suite.rows.reduce((sum, row) => sum + row.figures.length, 0);
  const facts = [
    counted(suite.columns.values.length, 'column'),
    counted(suite.rows.length, 'row'),
    counted(figures, 'figure'),
    counted(countTrials(subjects), 'trial'),
  ];
  process.stdout.write(printable(`${file}: valid suite (${facts.join(', ')})\n`));
}

function sayValid(file: string, { scenario, plan, notes }: Runnable): void {
  const facts = [
    // On one line, whatever a value holds: what follows a line break would look like a word of ours.
    ...Object.entries(withoutSecrets(scenario).parameters).map(
      ([name, value]) => `${name} ${String(value).replaceAll(/\s+/g, ' ')}`,
    ),
    counted(scenario.groups.length, 'group'),
    counted(plan.actions.length, 'action'),
    counted(scenario.objectives.length, 'objective'),
    `${scenario.durationMs / 1000} s`,
  ];
  process.stdout.write(printable(`${file}: valid (${facts.join(', ')})\n`));
  for (const each of [...leftOut(scenario, plan), ...notes])
    process.stderr.write(printable(`${file}: note: ${each}\n`));
}
