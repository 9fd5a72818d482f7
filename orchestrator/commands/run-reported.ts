// A run with its reports: what a run measured is told once it is over, whatever became of it.
import { makeRunReport, type RunReport } from '../report/facts/run-report.ts';
import { writeReport } from '../report/write-report.ts';
import type { RunOptions } from '../run/options/run-options.ts';
import { type RunResult, runScenario } from '../run/run-scenario.ts';

export interface ReportedRun extends RunResult {
  readonly report: RunReport;
}

/** As `runScenario`, and puts the report into the run's folder. */
export async function runReported(options: RunOptions): Promise<ReportedRun> {
  const result = await runScenario(options);
  const report = makeRunReport(result.saved);
  await writeReport(report);
  return { ...result, report };
}
