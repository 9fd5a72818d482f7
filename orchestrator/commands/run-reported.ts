// A run with its reports: what a run measured is told once it is over, whatever became of it.
import { writeReport } from '../report/write-report.ts';
import type { RunOptions } from '../run/run-options.ts';
import { type RunResult, runScenario } from '../run/run-scenario.ts';

/** As `runScenario`, and puts the reports into the run's folder. */
export async function runReported(options: RunOptions): Promise<RunResult> {
  const result = await runScenario(options);
  await writeReport(result.saved);
  return result;
}
