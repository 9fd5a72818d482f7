// Puts both reports into a run's folder.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { renderReport } from './render-report.ts';
import { reportJson } from './facts/report-json.ts';

/** Writes report.html and report.json, each whole or not at all. */
export async function writeReport(run: SavedRun): Promise<void> {
  await writeWhole(join(run.folder, 'report.html'), renderReport(run));
  await writeWhole(join(run.folder, 'report.json'), `${JSON.stringify(reportJson(run), null, 2)}\n`);
}

async function writeWhole(path: string, content: string): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
