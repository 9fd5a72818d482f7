// What came out, in the forms that pipelines read, where a command is asked for them.
import { access, appendFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { makeFolder, reasonOf } from '../make-folder.ts';
import { printableLine } from '../printable.ts';
import type { FailOn, RunsComparison } from './compare-runs.ts';
import { renderComparisonJunit } from './comparison-junit.ts';
import { renderFailuresJunit } from './failures/failures-junit.ts';
import { renderFailuresMarkdown } from './failures/failures-markdown.ts';
import type { SavedFailures } from '../failures/read-failures.ts';
import type { RunReport } from './facts/run-report.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdownSummary } from './markdown-summary.ts';
import { renderComparisonMarkdown } from './render-comparison.ts';
import { renderComparisonHtml } from './render-comparison-html.ts';
import type { SweepFacts } from './sweep/sweep-facts.ts';
import { renderSweepMarkdown } from './sweep/sweep-markdown.ts';
import type { SavedSuite } from '../suite/read-suite.ts';
import { renderSuiteMarkdown } from './suite/suite-markdown.ts';
import { renderStudyJunit } from './study/study-junit.ts';
import { renderStudyMarkdown } from './study/study-markdown.ts';
import type { StudyMaterial } from './study/study-words.ts';

/** Files to write; those left out are not written. Their folders are made. */
export interface PipelineFiles {
  readonly junit?: string;
  readonly markdown?: string;
}

/** Makes their folders and tries each name, so that one that can't be written to shows before a run and not after it. */
export async function makeFoldersOf({ junit, markdown }: PipelineFiles): Promise<void> {
  for (const path of [junit, markdown]) {
    if (path === undefined) continue;
    await makeFolder(dirname(path));
    await writing(path, async () => {
      const isNew = await access(path).then(
        () => false,
        () => true,
      );
      await appendFile(path, '');
      if (isNew) await unlink(path);
    });
  }
}

/** One suite and one section for each run; of a sweep, what the runs come to together stands before them. */
export async function writeRunFiles(
  reports: readonly RunReport[],
  { junit, markdown }: PipelineFiles,
  sweep?: SweepFacts,
): Promise<void> {
  const together = sweep === undefined ? '' : renderSweepMarkdown(sweep);
  await write(junit, () => renderJunit(reports, sweep));
  await write(markdown, () => `${together}${renderMarkdownSummary(reports)}`);
}

export async function writeStudyFiles(
  study: StudyMaterial,
  { junit, markdown }: PipelineFiles,
): Promise<void> {
  await write(junit, () => renderStudyJunit(study));
  await write(markdown, () => renderStudyMarkdown(study));
}

/** A suite and a section for each variant. */
export async function writeFailureFiles(
  study: SavedFailures,
  { junit, markdown }: PipelineFiles,
): Promise<void> {
  await write(junit, () => renderFailuresJunit(study));
  await write(markdown, () => renderFailuresMarkdown(study));
}

/** A chart has no verdict, and so no JUnit. */
export async function writeSuiteFiles(
  saved: SavedSuite,
  { markdown }: Pick<PipelineFiles, 'markdown'>,
): Promise<void> {
  await write(markdown, () => renderSuiteMarkdown(saved));
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
  await writing(path, () => writeFile(path, render()));
}

/** @throws TopolabError `file-not-written` (exit code 2). */
async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new TopolabError(`write the file ${printableLine(path, 300)}: ${reasonOf(cause)}`, {
      code: 'file-not-written',
      hint: 'Name a file that can be written.',
      exitCode: ExitCode.usage,
      cause,
    });
  }
}
