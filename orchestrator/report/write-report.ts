// Puts both reports into a run's folder.
import { join } from 'node:path';
import { writeWhole } from '../write-whole.ts';
import { renderReport } from './render-report.ts';
import { reportJson } from './facts/report-json.ts';
import type { RunReport } from './facts/run-report.ts';

/** Writes report.html and report.json, each whole or not at all. */
export async function writeReport(report: RunReport): Promise<void> {
  await writeWhole(join(report.run.folder, 'report.html'), renderReport(report));
  await writeWhole(
    join(report.run.folder, 'report.json'),
    `${JSON.stringify(reportJson(report), null, 2)}\n`,
  );
}
