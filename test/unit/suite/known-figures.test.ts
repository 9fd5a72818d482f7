// What a suite may ask for is what reports hold: of each figure that is offered there is one in the report of some run or study.
import { describe, expect, test } from 'vitest';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { figureAt, parseFigurePath } from '../../../orchestrator/suite/figures/figure-path.ts';
import { RESULTS } from '../../../orchestrator/suite/figures/results.ts';
import { makeFileRun, makeMessageRun } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun } from '../../fixtures/make-saved-run.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

const runs = [makeSavedRun(), makeFileRun({ topology: 'hybrid', nodes: 4 }), makeMessageRun()].map(
  (run) => JSON.parse(JSON.stringify(reportJson(makeRunReport(run)))) as unknown,
);

const study = JSON.parse(JSON.stringify(makeStudy().answer)) as unknown;

/** Whether a field of this path is there at all, measured or not. */
function isThere(result: unknown, path: string): boolean {
  const steps = path.replaceAll('[*]', '.*').split('.').filter(Boolean);
  const found = steps.reduce<readonly unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        if (step === '*') return Object.values(value) as unknown[];
        return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
      }),
    [result],
  );
  return found.length > 0;
}

/** What no fixture has, and real runs do. */
const ELSEWHERE =
  /^(?:usage|churn|network\.connected|whole|loads)\b|\.(?:requests|iterations|hungShare|servedShare)\b/;

describe('figures of a run', () => {
  test.each(RESULTS.run.figures.filter(({ path }) => !ELSEWHERE.test(path)).map(({ path }) => path))(
    '%s is in report.json',
    (path) => {
      expect(runs.some((report) => isThere(report, path))).toBe(true);
    },
  );
});

describe('figures of a capacity study', () => {
  test.each(RESULTS.capacity.figures.map(({ path }) => path))('%s is in answer.json', (path) => {
    expect(isThere(study, path)).toBe(true);
  });
});

test.each(Object.entries(RESULTS))('figures of %s are each there once, and can be read', (_, { figures }) => {
  expect(new Set(figures.map(({ path }) => path)).size).toBe(figures.length);
  for (const { path, meaning } of figures) {
    const first = parseFigurePath(path.replaceAll('[*]', '[0]'));
    expect('problem' in first ? first.problem : null).toBeNull();
    if (!('problem' in first)) expect(figureAt({}, first)).toBeNull();
    expect(meaning).not.toBe('');
  }
});
