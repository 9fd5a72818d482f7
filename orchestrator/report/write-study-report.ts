// Puts the report of a study, and its numbers as CSV, into the study's folder.
import { readStudy } from '../study/read-study.ts';
import { StudyFolder } from '../study/study-folder.ts';
import { renderStudyReport } from './render-study.ts';
import { probesCsv, sizesCsv } from './study/study-csv.ts';

/** Writes report.html, probes.csv and sizes.csv, each whole or not at all. Fails where the study has no answer yet, as `readStudy` does. */
export async function writeStudyReport(path: string): Promise<void> {
  const study = await readStudy(path);
  const folder = new StudyFolder(path);
  await folder.writeText('report.html', renderStudyReport(study));
  await folder.writeText('probes.csv', probesCsv(study.probes));
  await folder.writeText('sizes.csv', sizesCsv(study.answer.sizes));
}
