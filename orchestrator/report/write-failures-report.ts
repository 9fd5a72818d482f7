// A failure study's report and figures in its folder.
import { FailuresFolder } from '../failures/failures-folder.ts';
import type { SavedFailures } from '../failures/read-failures.ts';
import { renderFailures } from './render-failures.ts';

/** report.html for people, losses.json for programs, each whole or not at all. */
export async function writeFailuresReport(saved: SavedFailures): Promise<void> {
  const { study, variants } = saved;
  const folder = new FailuresFolder(saved.folder);
  await folder.write('report.html', renderFailures(saved));
  const losses = {
    schemaVersion: 1,
    study: study.study,
    variants: variants.map(({ variant: { set }, ...result }) => ({ set, ...result })),
    sideBySide: saved.sideBySide,
  };
  await folder.write('losses.json', `${JSON.stringify(losses, null, 2)}\n`);
}
