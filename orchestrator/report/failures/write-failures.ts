// A failure study's report and figures in its folder, and the forms that pipelines read where a command is asked for them.
import { writeFile } from 'node:fs/promises';
import { FailuresFolder } from '../../failures/failures-folder.ts';
import type { SavedFailures } from '../../failures/read-failures.ts';
import type { PipelineFiles } from '../write-pipeline-files.ts';
import { renderFailuresJunit } from './failures-junit.ts';
import { renderFailuresMarkdown } from './failures-markdown.ts';
import { renderFailuresPage } from './render-failures-page.ts';

/** report.html for people, losses.json for programs. */
export async function writeFailuresReport(
  saved: SavedFailures,
  { junit, markdown }: PipelineFiles,
): Promise<void> {
  const folder = new FailuresFolder(saved.folder);
  await folder.write('report.html', renderFailuresPage(saved));
  const variants = saved.variants.map(({ variant: { set }, ...result }) => ({ set, ...result }));
  await folder.write(
    'losses.json',
    `${JSON.stringify({ schemaVersion: 1, study: saved.study.study, variants }, null, 2)}\n`,
  );
  if (junit !== undefined) await writeFile(junit, renderFailuresJunit(saved));
  if (markdown !== undefined) await writeFile(markdown, renderFailuresMarkdown(saved));
}
