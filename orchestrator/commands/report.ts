// `topolab report FOLDER`: makes the report of a run, a sweep, a study or a suite again from what the folder holds.
import { join } from 'node:path';
import { ExitCode, worstExitCode } from '../errors.ts';
import { FailuresFolder } from '../failures/failures-folder.ts';
import { printable, printableInColour } from '../printable.ts';
import { readRun } from '../record/folder/run-folder.ts';
import { readingSaved } from '../record/folder/saved-documents.ts';
import { readSweep, type SavedSweep, writeSweepReport } from '../record/folder/sweep.ts';
import { renderStudySummary } from '../report/render-study-summary.ts';
import { makeRunReport } from '../report/facts/run-report.ts';
import { renderSummary, type SummaryOptions } from '../report/render-summary.ts';
import { renderSweepReport } from '../report/render-sweep.ts';
import { type SweepFacts, sweepFacts } from '../report/sweep/sweep-facts.ts';
import { sweepJson } from '../report/sweep/sweep-json.ts';
import { sweepSummary } from '../report/sweep/sweep-summary.ts';
import { type PipelineFiles, writeRunFiles, writeStudyFiles } from '../report/write-pipeline-files.ts';
import { writeReport } from '../report/write-report.ts';
import { writeStudyReport } from '../report/write-study-report.ts';
import { holdsStudy, readStudy } from '../study/read-study.ts';
import { studyExitCode } from '../study/study-exit-code.ts';
import { SuiteFolder } from '../suite/suite-folder.ts';
import { reportFailures } from './failures.ts';
import { reportSuite } from './suite.ts';
import { wantsColour } from './terminal.ts';

/** Returns the exit code that the run, the sweep or the study ended with. */
export async function reportCommand(folder: string, files: PipelineFiles): Promise<number> {
  return await readingSaved(folder, async () => {
    const sweep = await readSweep(folder);
    if (sweep !== undefined) return await reportSweep(sweep, files);
    if (await FailuresFolder.is(folder)) return await reportFailures(folder, files);
    if (await SuiteFolder.is(folder)) return await reportSuite(folder, files);
    return (await holdsStudy(folder)) ? await reportStudy(folder, files) : await reportRun(folder, files);
  });
}

/** Writes the reports of a sweep. Undefined where the folder is not one of a sweep. */
export async function writeSweep(folder: string): Promise<SweepFacts | undefined> {
  const sweep = await readSweep(folder);
  return sweep === undefined ? undefined : await writeReports(sweep);
}

async function writeReports(sweep: SavedSweep): Promise<SweepFacts> {
  const facts = sweepFacts(sweep);
  await writeSweepReport(sweep.path, { html: renderSweepReport(facts), json: sweepJson(facts) });
  return facts;
}

async function reportRun(folder: string, files: PipelineFiles): Promise<number> {
  const run = await readRun(folder);
  const report = makeRunReport(run);
  await writeReport(report);
  await writeRunFiles([report], files);
  process.stdout.write(printableInColour(`${renderSummary(report, terminal())}\n`));
  return run.verdict?.exitCode ?? ExitCode.invalid;
}

/** The worst of its runs; interrupted where runs are missing that it was asked for. */
async function reportSweep(sweep: SavedSweep, files: PipelineFiles): Promise<number> {
  const { path, runs, saved } = sweep;
  const facts = await writeReports(sweep);
  const readable = saved.filter((run) => run !== undefined);
  await writeRunFiles(readable.map(makeRunReport), files, facts);
  // Its exit code counts all the same: nobody shall take a file without it for a sweep that passed.
  for (const [nth, { folder }] of runs.entries()) {
    if (saved[nth] === undefined)
      process.stderr.write(printable(`topolab: ${join(path, folder)} can't be read and is ignored\n`));
  }
  process.stdout.write(printableInColour(`${sweepSummary(facts, terminal()).join('\n')}\n`));
  process.stdout.write(`${join(path, 'report.html')}\n`);
  const missing = { interrupted: ExitCode.interrupted, 'no-time': ExitCode.invalid };
  return worstExitCode([
    ...runs.map(({ exitCode }) => exitCode),
    ...(facts.missing === null ? [] : [missing[facts.missing]]),
  ]);
}

async function reportStudy(folder: string, files: PipelineFiles): Promise<number> {
  await writeStudyReport(folder);
  const study = await readStudy(folder);
  await writeStudyFiles(study, files);
  process.stdout.write(printableInColour(`${renderStudySummary(study, terminal())}\n`));
  return studyExitCode(study.answer);
}

function terminal(): SummaryOptions {
  return { colour: wantsColour(process.stdout), width: process.stdout.columns ?? 100 };
}
