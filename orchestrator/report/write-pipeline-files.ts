// The verdict in the forms that pipelines read, where a command is asked for them.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SavedRun } from '../record/run-folder.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdownSummary } from './markdown-summary.ts';

/** Files to write; those left out are not written. */
export interface PipelineFiles {
  readonly junit?: string;
  readonly markdown?: string;
}

/** One suite and one section for each run. Folders are made. */
export async function writePipelineFiles(
  runs: readonly SavedRun[],
  { junit, markdown }: PipelineFiles,
): Promise<void> {
  if (junit !== undefined) await write(junit, renderJunit(runs));
  if (markdown !== undefined) await write(markdown, renderMarkdownSummary(runs));
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
