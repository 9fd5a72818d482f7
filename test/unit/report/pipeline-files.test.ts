// JUnit and Markdown of comparisons and studies. Those of runs: junit.test.ts, markdown-summary.test.ts.
import { describe, expect, test } from 'vitest';
import { compareSubjects, exitCodeOf, type FailOn } from '../../../orchestrator/report/compare-runs.ts';
import { renderComparisonJunit } from '../../../orchestrator/report/comparison-junit.ts';
import { studySubject } from '../../../orchestrator/report/read-subject.ts';
import { renderStudyJunit } from '../../../orchestrator/report/study/study-junit.ts';
import { renderStudyMarkdown } from '../../../orchestrator/report/study/study-markdown.ts';
import { studyExitCode } from '../../../orchestrator/study/study-exit-code.ts';
import { makeStudy, makeTroubledStudies, studyNamed } from '../../fixtures/make-study.ts';
import { suitesOf } from './suites-of.ts';

const study = makeStudy();
const studies = { good: study, ...makeTroubledStudies() };

/** The study with every capacity so many times as high. */
function times(factor: number, trials?: number): ReturnType<typeof makeStudy> {
  const sizes = study.answer.sizes.map((size) => ({
    ...size,
    result: {
      ...size.result,
      trials: size.result.trials
        .slice(0, trials)
        .map((trial) => ({ ...trial, capacity: trial.capacity * factor })),
    },
  }));
  return { ...study, folder: `studies/${factor}`, answer: { ...study.answer, sizes } };
}

describe('a comparison as JUnit', () => {
  const compare = (a: ReturnType<typeof makeStudy>, ...others: ReturnType<typeof makeStudy>[]) =>
    compareSubjects([a, ...others].map(studySubject), { tolerance: 0.05, seed: 1 });

  test('has a suite for each candidate and a case for each figure that decides', () => {
    const suites = suitesOf(renderComparisonJunit(compare(study, times(0.7), times(1.4)), 'regression'));
    expect(suites.map(({ name, tests, failures }) => [name.split(' ')[0], tests, failures])).toEqual([
      ['0.7', '4', '4'],
      ['1.4', '4', '0'],
    ]);
    const [first] = suites[0]?.testcase ?? [];
    expect(first?.name).toBe('capacity of 1 × servers');
    expect(first?.failure?.message).toMatch(
      /^worse: baseline \S+\/s, candidate \S+\/s, difference -30.0 %, 95 % interval .* p 0\.\d+, trials \d+$/,
    );
  });

  test.each(['regression', 'difference', 'none'] as const)(
    'with --fail-on %s has failures exactly where the command fails',
    (failOn: FailOn) => {
      for (const factor of [0.7, 1, 1.4]) {
        const comparison = compare(study, times(factor));
        const [suite] = suitesOf(renderComparisonJunit(comparison, failOn));
        expect(Number(suite?.failures) > 0).toBe(exitCodeOf(comparison, failOn) !== 0);
      }
    },
  );

  test('counts what too few trials can not show as skipped', () => {
    const [suite] = suitesOf(renderComparisonJunit(compare(times(1, 1), times(0.5, 1)), 'regression'));
    expect(suite).toMatchObject({ tests: '4', failures: '0', skipped: '4' });
  });
});

describe('a study as JUnit', () => {
  const casesOf = (name: string) =>
    Object.fromEntries(
      (suitesOf(renderStudyJunit(studyNamed(name, studies)))[0]?.testcase ?? []).map((each) => [
        each.name,
        each,
      ]),
    );

  test('has a case for each size, for the target and for the check of N+1', () => {
    expect(Object.keys(casesOf('good'))).toEqual([
      'capacity of 1 × servers',
      'capacity of 2 × servers',
      'capacity of 4 × servers',
      'capacity of 8 × servers',
      '300/s is reached',
      'N+1: the objectives hold after a node was killed',
    ]);
  });

  test.each([
    ['N+1 missed', 'N+1: the objectives hold after a node was killed', 'failure', 'were missed'],
    ['N+1 not valid', 'N+1: the objectives hold after a node was killed', 'error', 'it proves nothing'],
    ['not checked', 'N+1: the objectives hold after a node was killed', 'skipped', 'not checked'],
    ['target out of reach', '5,000/s is reached', 'failure', 'No size reaches 5,000/s'],
    ['below its range', 'capacity of 1 × servers', 'error', 'Not even the lowest rate'],
    ['above its range', '300/s is reached', 'skipped', 'not every size has a capacity'],
  ] as const)('of one that is %s tells it: %s', (name, title, tag, message) => {
    expect(casesOf(name)[title]?.[tag]?.message).toContain(message);
  });

  test.each(Object.entries(studies))('of one that is %s agrees with the exit code', (_, each) => {
    const [suite] = suitesOf(renderStudyJunit(each));
    const code = Number(suite?.errors) > 0 ? 4 : Number(suite?.failures) > 0 ? 3 : 0;
    expect(studyExitCode(each.answer)).toBe(code);
  });
});

test('a study as Markdown has the answer, how far to trust it, what to do, and the tables', () => {
  const text = renderStudyMarkdown(studyNamed('N+1 missed', studies));
  expect(text).toContain('## ❌ 4 servers for 300/s: server-scaling');
  expect(text).toContain('**Confidence: low**\n\n- One of 5 nodes was killed');
  expect(text).toContain('**What to do next**\n\n- Plan with more than 5 nodes');
  expect(text).toMatch(/\| size \| sustainable .*\n.*\n\| 1 × servers \| \S+\/s \|/);
  expect(text).toMatch(/\| N\+1 \| 5 \| .* \| 0\.48 EUR \| 0\.44 EUR \|/);
  expect(text).toContain('**N+1 checked: missed.** One of 5 nodes was killed');
  expect(renderStudyMarkdown(studyNamed('not checked', studies))).not.toContain('N+1 checked');
});
