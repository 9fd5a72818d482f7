// `topolab report FOLDER`: makes the report of a run or of a sweep again from what the folder holds.
import { join } from 'node:path';
import { ExitCode } from '../errors.ts';
import { readRun } from '../record/run-folder.ts';
import { readSweep, writeSweepReport } from '../record/sweep.ts';
import { renderSummary } from '../report/render-summary.ts';
import { renderSweepReport } from '../report/render-sweep.ts';
import { type PipelineFiles, writePipelineFiles } from '../report/write-pipeline-files.ts';
import { writeReport } from '../report/write-report.ts';
import { wantsColour } from './terminal.ts';

export async function reportCommand(folder: string, files: PipelineFiles): Promise<number> {
  if (await writeSweep(folder)) {
    process.stdout.write(`${join(folder, 'report.html')}\n`);
    return ExitCode.pass;
  }
  const run = await readRun(folder);
  await writeReport(run);
  await writePipelineFiles([run], files);
  process.stdout.write(
    `${renderSummary(run, { colour: wantsColour(process.stdout), width: process.stdout.columns ?? 100 })}\n`,
  );
  return run.verdict?.exitCode ?? ExitCode.invalid;
}

/** Writes the report of a sweep. False where the folder is not one of a sweep. */
export async function writeSweep(folder: string): Promise<boolean> {
  const sweep = await readSweep(folder);
  if (sweep === undefined) return false;
  await writeSweepReport(folder, renderSweepReport(sweep));
  return true;
}
