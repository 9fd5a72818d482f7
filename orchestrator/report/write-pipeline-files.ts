// What came out, in the forms that pipelines read, where a command is asked for them.
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { SavedRun } from '../record/run-folder.ts';
import type { FailOn, RunsComparison } from './compare-runs.ts';
import { renderComparisonJunit } from './comparison-junit.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdownSummary } from './markdown-summary.ts';
import { renderComparisonMarkdown } from './render-comparison.ts';
import { renderComparisonHtml } from './render-comparison-html.ts';
import { renderStudyJunit } from './study/study-junit.ts';
import { renderStudyMarkdown } from './study/study-markdown.ts';
import type { StudyMaterial } from './study/study-words.ts';

/** Files to write; those left out are not written. Their folders are made. */
export interface PipelineFiles {
  readonly junit?: string;
  readonly markdown?: string;
}

/** Makes their folders, so that a name that can't be written to shows before a run and not after it. */
export async function makeFoldersOf({ junit, markdown }: PipelineFiles): Promise<void> {
  for (const path of [junit, markdown]) if (path !== undefined) await makeFolder(dirname(path));
}

/** One suite and one section for each run. */
export async function writeRunFiles(
  runs: readonly SavedRun[],
  { junit, markdown }: PipelineFiles,
): Promise<void> {
  await write(junit, () => renderJunit(runs));
  await write(markdown, () => renderMarkdownSummary(runs));
}

export async function writeStudyFiles(
  study: StudyMaterial,
  { junit, markdown }: PipelineFiles,
): Promise<void> {
  await write(junit, () => renderStudyJunit(study));
  await write(markdown, () => renderStudyMarkdown(study));
}

/** @param failOn what counts as a failure. */
export async function writeComparisonFiles(
  comparison: RunsComparison,
  { junit, markdown, html }: PipelineFiles & { readonly html?: string },
  failOn: FailOn,
): Promise<void> {
  await write(junit, () => renderComparisonJunit(comparison, failOn));
  await write(markdown, () => renderComparisonMarkdown(comparison));
  await write(html, () => renderComparisonHtml(comparison));
}

async function write(path: string | undefined, render: () => string): Promise<void> {
  if (path === undefined) return;
  await makeFolder(dirname(path));
  await writeFile(path, render());
}
