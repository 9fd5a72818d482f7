// A folder that a later Topolab wrote is refused as such: it is not damaged.
import { ExitCode, TopolabError } from '../../errors.ts';

/**
 * @param file that says the folder's form: `runs/x/run.json`.
 * @param most that this Topolab reads.
 * @throws TopolabError `folder-newer` (exit code 2).
 */
export function refuseNewer(file: string, version: number, most: number): void {
  if (version <= most) return;
  throw new TopolabError(
    `read ${file}: a later version of Topolab wrote this folder (form ${version}; this one reads up to ${most})`,
    {
      code: 'folder-newer',
      hint: 'Read it with the version that wrote it (a run has `versions` in its first event), or update Topolab.',
      exitCode: ExitCode.usage,
    },
  );
}
