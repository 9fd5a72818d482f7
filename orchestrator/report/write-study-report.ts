// Puts the report of a study, and its numbers as CSV, into the study's folder.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import type { StudyAnswer } from '../study/answer-study.ts';
import type { StudyFolder } from '../study/study-folder.ts';
import { renderStudyReport } from './render-study.ts';
import { probesCsv, sizesCsv } from './study/study-csv.ts';
import type { StudyMaterial } from './study/study-words.ts';

/**
 * Writes report.html, probes.csv and sizes.csv, each whole or not at all, from what the folder holds, and returns it.
 * @throws TopolabError `study-without-answer` where answer.json is not there yet.
 */
export async function writeStudyReport(folder: StudyFolder): Promise<StudyMaterial> {
  const study: StudyMaterial = {
    description: await folder.description(),
    answer: await readAnswer(folder),
    probes: await folder.probes(),
  };
  await folder.writeText('report.html', renderStudyReport(study));
  await folder.writeText('probes.csv', probesCsv(study.probes));
  await folder.writeText('sizes.csv', sizesCsv(study.answer.sizes));
  return study;
}

async function readAnswer({ path }: StudyFolder): Promise<StudyAnswer> {
  try {
    return JSON.parse(await readFile(join(path, 'answer.json'), 'utf8')) as StudyAnswer;
  } catch (cause) {
    throw new TopolabError(`write the report of study ${path}: it holds no answer.json`, {
      code: 'study-without-answer',
      hint: 'The study has not come to its end: go on with it first.',
      exitCode: ExitCode.usage,
      cause,
    });
  }
}
