import { expect, test } from 'vitest';
import { parseDocument } from '../../../orchestrator/record/folder/saved-documents.ts';
import { answerDocument } from '../../../orchestrator/study/read-study.ts';
import { studyExitCode } from '../../../orchestrator/study/study-exit-code.ts';
import { makeStudy, makeTroubledStudies, studyNamed } from '../../fixtures/make-study.ts';

const studies = { good: makeStudy(), ...makeTroubledStudies() };

test.each(Object.entries(studies))('a study that is %s can be read again', (_, { answer }) => {
  expect(() => parseDocument('answer.json', JSON.stringify(answer), answerDocument)).not.toThrow();
});

test.each([
  ['good', 0],
  ['not checked', 0],
  ['no target', 0],
  ['too few trials', 0],
  ['short of time', 0],
  ['short of time, a size not measured', 4],
  ['target beyond the measured sizes', 0],
  ['target out of reach', 3],
  ['N+1 missed', 3],
  ['N+1 not valid', 4],
  ['below its range', 4],
  // Which size reaches the target is then not known, so it is not out of reach.
  ['above its range', 4],
])('a study that is %s ends with %d', (name, exitCode) => {
  expect(studyExitCode(studyNamed(name, studies).answer)).toBe(exitCode);
});
