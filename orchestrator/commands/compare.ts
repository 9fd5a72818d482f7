// `topolab compare A B …`: what differs between runs or studies, and whether trials show it.
import { printableInColour } from '../printable.ts';
import { compareSubjects, exitCodeOf, type FailOn } from '../report/compare-runs.ts';
import { readSubject, type Subject } from '../report/read-subject.ts';
import { renderComparison } from '../report/render-comparison.ts';
import { type PipelineFiles, writeComparisonFiles } from '../report/write-pipeline-files.ts';
import { wantsColour } from './terminal.ts';

export interface CompareCommandOptions extends PipelineFiles {
  readonly failOn: FailOn;
  /** Share: 0.05 = 5 %. */
  readonly tolerance: number;
  readonly json?: boolean;
  /** A file to write. */
  readonly html?: string;
}

/** Returns 3 where the comparison shows what `failOn` names, else 0. */
export async function compareCommand(
  folders: readonly string[],
  options: CompareCommandOptions,
): Promise<number> {
  const subjects = withDistinctNames(
    await Promise.all(folders.map((folder) => readSubject(folder))),
    folders,
  );
  const comparison = compareSubjects(subjects, { tolerance: options.tolerance, seed: 1 });
  await writeComparisonFiles(comparison, options, options.failOn);
  const text = options.json
    ? JSON.stringify(comparison, null, 2)
    : renderComparison(comparison, {
        colour: wantsColour(process.stdout),
        width: process.stdout.columns ?? 120,
      });
  process.stdout.write(printableInColour(`${text}\n`));
  return exitCodeOf(comparison, options.failOn);
}

/** Folders of the same name are told apart by what was typed. */
function withDistinctNames(subjects: readonly Subject[], folders: readonly string[]): Subject[] {
  return subjects.map((subject, index) => {
    const isAlone = subjects.filter(({ name }) => name === subject.name).length === 1;
    return isAlone ? subject : { ...subject, name: folders[index] ?? subject.name };
  });
}
