// A finished study, read back from its folder: what reports and comparisons are made from.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, TopolabError } from '../errors.ts';
import { documentOf, parseDocument } from '../record/folder/saved-documents.ts';
import { ANSWER_VERSION, type StudyAnswer } from './answer-study.ts';
import { type StudyDescription, StudyFolder, type StudyProbe } from './study-folder.ts';

export interface SavedStudy {
  readonly folder: string;
  readonly description: StudyDescription;
  readonly answer: StudyAnswer;
  readonly probes: readonly StudyProbe[];
}

export const answerDocument = documentOf<StudyAnswer>(
  z.looseObject({
    schemaVersion: z.number(),
    sizes: z.array(
      z.looseObject({
        size: z.number(),
        name: z.string(),
        result: z.looseObject({
          status: z.enum([
            'found',
            'below-range',
            'above-range',
            'not-measurable',
            'out-of-probes',
            'out-of-time',
          ]),
          trials: z.array(z.looseObject({ capacity: z.number() })),
        }),
      }),
    ),
  }),
);

/** Whether the folder is one of a study. */
export async function holdsStudy(path: string): Promise<boolean> {
  return await access(join(path, 'study.json')).then(
    () => true,
    () => false,
  );
}

/** Fails with `not-a-study`, `study-unfinished` where there is no answer yet, or `study-outdated` (exit code 2). */
export async function readStudy(path: string): Promise<SavedStudy> {
  const folder = new StudyFolder(path);
  const description = await folder.description();
  const answerPath = join(path, 'answer.json');
  const text = await readFile(answerPath, 'utf8').catch((cause: unknown) => {
    throw new TopolabError(`read study ${path}: it has no answer yet`, {
      code: 'study-unfinished',
      hint: `Continue with: topolab capacity --resume ${path}`,
      exitCode: ExitCode.usage,
      cause,
    });
  });
  const answer = parseDocument(answerPath, text, answerDocument);
  if (answer.schemaVersion !== ANSWER_VERSION) {
    throw new TopolabError(`read study ${path}: its answer was written by another version of Topolab`, {
      code: 'study-outdated',
      hint: `Answer it anew from its probes: topolab capacity --resume ${path}`,
      exitCode: ExitCode.usage,
    });
  }
  return { folder: path, description, answer, probes: await folder.probes() };
}
