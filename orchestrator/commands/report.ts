// `topolab report RUN`: makes report.html and report.json again from what the run's folder holds.
import { ExitCode } from '../errors.ts';
import { readRun } from '../record/run-folder.ts';
import { renderSummary } from '../report/render-summary.ts';
import { writeReport } from '../report/write-report.ts';
import { wantsColour } from './terminal.ts';

export async function reportCommand(folder: string): Promise<number> {
  const run = await readRun(folder);
  await writeReport(run);
  process.stdout.write(
    `${renderSummary(run, { colour: wantsColour(process.stdout), width: process.stdout.columns ?? 100 })}\n`,
  );
  return run.verdict?.exitCode ?? ExitCode.invalid;
}
