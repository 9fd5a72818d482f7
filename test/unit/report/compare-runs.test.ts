import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { holm } from '../../../orchestrator/capacity/holm.ts';
import { trialsNeeded } from '../../../orchestrator/capacity/trials-needed.ts';
import { compareSubjects, exitCodeOf } from '../../../orchestrator/report/compare-runs.ts';
import { renderComparisonJunit } from '../../../orchestrator/report/comparison-junit.ts';
import { readSubject, runsSubject, studySubject } from '../../../orchestrator/report/read-subject.ts';
import {
  renderComparison,
  renderComparisonMarkdown,
} from '../../../orchestrator/report/render-comparison.ts';
import { renderComparisonHtml } from '../../../orchestrator/report/render-comparison-html.ts';
import { differencesBetween } from '../../../orchestrator/report/scenario-differences.ts';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import { suitesOf } from './suites-of.ts';
import { makeStudy } from '../../fixtures/make-study.ts';
import { makeSavedRun, makeScenario, makeVerdict, writeSavedRun } from '../../fixtures/make-saved-run.ts';

const options = { tolerance: 0.05, seed: 1 };

/** A run whose latencies and errors are `factor` times those of the fixture; p95 over its bound counts as missed. */
function makeRun(factor: number, changes: Partial<SavedRun> = {}): SavedRun {
  const verdict = makeVerdict();
  return makeSavedRun({
    verdict: {
      ...verdict,
      objectives: verdict.objectives.slice(0, 3).map((result) => {
        const measured = (result.measured ?? 0) * factor;
        return {
          ...result,
          measured,
          status: measured <= result.objective.bound ? 'held' : 'missed',
        } as const;
      }),
      phases: verdict.phases.map((phase) => ({ ...phase, p95Ms: (phase.p95Ms ?? 0) * factor })),
    },
    ...changes,
  });
}

const around = (factor: number) => [0.98, 0.99, 1, 1.01, 1.02, 1.015].map((each) => makeRun(factor * each));

test('other hosts of a Swarm, and other uses of them, are named', () => {
  const on = (names: readonly string[], generators: string) =>
    [0.99, 1.01].map((factor) => {
      const run = makeRun(factor);
      const hosts = names.map((name) => ({
        name,
        zone: null,
        cpus: 4,
        memoryBytes: 2 ** 33,
        clockOffsetMs: 0,
        use: name === generators ? ('generators' as const) : ('nodes' as const),
      }));
      const events = run.events.map((event) => (event.type === 'run-started' ? { ...event, hosts } : event));
      return { ...run, events };
    });
  const two = runsSubject('/runs/two', on(['box1', 'box2'], 'box1'));
  const three = runsSubject('/runs/three', on(['box1', 'box2', 'box3'], 'box1'));
  expect(JSON.stringify(compareSubjects([two, three], options))).toContain(
    'The hosts differ: all box1 (generators), box2 → box1 (generators), box2, box3.',
  );
  expect(JSON.stringify(compareSubjects([two, two], options))).not.toContain('hosts differ');
});

describe('runs as trials', () => {
  const base = runsSubject('/runs/base', around(1));

  test('a clear rise of latency is a regression, with an interval, and fails the gate', () => {
    const comparison = compareSubjects([base, runsSubject('/runs/slow', around(1.3))], options);
    const [row] = comparison.candidates[0]?.metrics ?? [];
    expect(row).toMatchObject({ change: 'regression', trials: { a: 6, b: 6 } });
    expect(row?.comparison.difference?.lower).toBeGreaterThan(0);
    expect(exitCodeOf(comparison, 'regression')).toBe(3);
    expect(exitCodeOf(comparison, 'none')).toBe(0);
  });

  test('a percentile beyond the last answer is no better than one that is higher and known', () => {
    const unanswered = (run: SavedRun): SavedRun => {
      const { verdict } = run;
      if (verdict === undefined) return run;
      const [first, ...others] = verdict.objectives;
      if (first === undefined) return run;
      const beyond = { ...first, status: 'missed' as const, atLeast: true };
      const phases = verdict.phases.map((phase) => ({ ...phase, atLeast: ['p95', 'p99'] as const }));
      return { ...run, verdict: { ...verdict, objectives: [beyond, ...others], phases } };
    };
    const slow = runsSubject('/runs/slow', around(3));
    const comparison = compareSubjects([slow, runsSubject('/runs/lost', around(1).map(unanswered))], options);
    const title = base.metrics[0]?.title ?? '';
    expect(comparison.candidates[0]).toMatchObject({ neverReached: [title] });
    expect(comparison.candidates[0]?.metrics.map(({ metric }) => metric.key)).not.toContain(
      'phase one-server p95Ms',
    );
    expect(exitCodeOf(comparison, 'regression')).toBe(3);
  });

  test('a candidate of which most runs never come to an objective fails the gate, by name', () => {
    const never = (run: SavedRun): SavedRun => {
      const { verdict } = run;
      if (verdict === undefined) return run;
      const [first, ...others] = verdict.objectives;
      if (first === undefined) return run;
      return {
        ...run,
        verdict: { ...verdict, objectives: [{ ...first, status: 'missed', measured: null }, ...others] },
      };
    };
    const title = base.metrics[0]?.title ?? '';
    // All of them, and all but the luckiest two.
    for (const spared of [0, 2]) {
      const runs = around(1).map((run, nth) => (nth < spared ? run : never(run)));
      const comparison = compareSubjects([base, runsSubject('/runs/never', runs)], options);
      const [candidate] = comparison.candidates;
      expect(candidate).toMatchObject({ neverReached: [title] });
      expect(candidate?.sentences[0]).toBe(`Worse than base: ${title}, which most trials never reached.`);
      expect(exitCodeOf(comparison, 'regression')).toBe(3);
      expect(exitCodeOf(comparison, 'none')).toBe(0);
      const [suite] = suitesOf(renderComparisonJunit(comparison, 'regression'));
      expect(suite?.testcase.find(({ name }) => name === title)?.failure?.message).toMatch(
        /never reached it/,
      );
    }
    const both = [base, base].map(() => runsSubject('/runs/never', around(1).map(never)));
    expect(exitCodeOf(compareSubjects(both, options), 'difference')).toBe(0);
  });

  test('one that comes to an objective less often than the baseline fails it too, however good the rest is', () => {
    const never = (run: SavedRun): SavedRun => {
      const [first, ...others] = run.verdict?.objectives ?? [];
      if (run.verdict === undefined || first === undefined) return run;
      const objectives = [{ ...first, status: 'missed', measured: null } as const, ...others];
      return { ...run, verdict: { ...run.verdict, objectives } };
    };
    const title = base.metrics[0]?.title ?? '';
    const twice = (factor: number) => [...around(factor), ...around(factor)];
    const wide = runsSubject('/runs/base', twice(1));
    const some = (count: number) =>
      runsSubject(
        '/runs/some',
        twice(0.5).map((run, nth) => (nth < count ? never(run) : run)),
      );
    const half = compareSubjects([wide, some(6)], options);
    expect(half.candidates[0]?.neverReached).toEqual([title]);
    expect(exitCodeOf(half, 'regression')).toBe(3);
    // Two of twelve may be chance, and are no improvement.
    const few = compareSubjects([wide, some(2)], options);
    expect(few.candidates[0]?.neverReached).toEqual([]);
    expect(few.candidates[0]?.metrics[0]?.change).toBe('no-difference-seen');
  });

  test('a candidate that fails although no objective is missed fails the gate', () => {
    const failing = around(1).map((run): SavedRun => {
      if (run.verdict === undefined) return run;
      const objectives = run.verdict.objectives.map((each) => ({ ...each, status: 'held' }) as const);
      return { ...run, verdict: { ...run.verdict, objectives, outcome: 'fail', exitCode: 3 } };
    });
    const comparison = compareSubjects([base, runsSubject('/runs/failing', failing)], options);
    expect(comparison.candidates[0]?.sentences[0]).toBe(
      'Worse than base: an end without failure, which most trials never reached.',
    );
    expect(exitCodeOf(comparison, 'regression')).toBe(3);
    const [suite] = suitesOf(renderComparisonJunit(comparison, 'regression'));
    expect(suite?.testcase.filter(({ failure }) => failure !== undefined)).toHaveLength(1);
  });

  test('a candidate of which most users failed is worse, also where both miss an objective', () => {
    const missing = around(3);
    const failing = missing.map((run): SavedRun => {
      if (run.verdict === undefined) return run;
      const findings = [{ code: 'mostly-failed', load: 'users', errorShare: 0.8 }] as const;
      return { ...run, verdict: { ...run.verdict, outcome: 'fail', exitCode: 3, findings } };
    });
    const slow = runsSubject('/runs/slow', missing);
    expect(slow.failed).toBe(0);
    const comparison = compareSubjects([slow, runsSubject('/runs/failing', failing)], options);
    expect(comparison.candidates[0]?.neverReached).toEqual(['an end without failure']);
    expect(exitCodeOf(comparison, 'regression')).toBe(3);
  });

  test('where nothing is on both sides that decides, the gate does not pass', () => {
    const bare = around(1).map((run): SavedRun => {
      if (run.verdict === undefined) return run;
      return { ...run, verdict: { ...run.verdict, objectives: [], outcome: 'pass', exitCode: 0 } };
    });
    const comparison = compareSubjects([base, runsSubject('/runs/bare', bare)], options);
    expect(exitCodeOf(comparison, 'regression')).toBe(4);
    expect(exitCodeOf(comparison, 'none')).toBe(0);
    const [suite] = suitesOf(renderComparisonJunit(comparison, 'regression'));
    expect(suite?.testcase.map(({ error }) => error?.message)).toEqual([
      'there is no figure of the candidate to compare',
    ]);
  });

  test('a clear fall is an improvement: a difference, but no regression', () => {
    const comparison = compareSubjects([base, runsSubject('/runs/fast', around(0.7))], options);
    expect(comparison.candidates[0]?.metrics[0]?.change).toBe('improvement');
    expect(exitCodeOf(comparison, 'regression')).toBe(0);
    expect(exitCodeOf(comparison, 'difference')).toBe(3);
  });

  test('a significant change that is smaller than the tolerance is let be', () => {
    const slow = runsSubject('/runs/slow', around(1.3));
    const comparison = compareSubjects([base, slow], { ...options, tolerance: 0.5 });
    expect(comparison.candidates[0]?.metrics[0]?.change).toBe('within-tolerance');
    expect(exitCodeOf(comparison, 'difference')).toBe(0);
  });

  test('the same again is no difference seen', () => {
    const comparison = compareSubjects([base, runsSubject('/runs/again', around(1.001))], options);
    expect(comparison.candidates[0]?.metrics.map(({ change }) => change)).not.toContain('regression');
    expect(comparison.candidates[0]?.metrics[0]?.change).toBe('no-difference-seen');
    expect(exitCodeOf(comparison, 'difference')).toBe(0);
  });

  test('every candidate is held against the first', () => {
    const others = [runsSubject('/runs/b', around(1.3)), runsSubject('/runs/c', around(1))];
    const comparison = compareSubjects([base, ...others], options);
    expect(comparison.candidates.map(({ candidate }) => candidate)).toEqual(['b', 'c']);
  });
});

describe('one run each', () => {
  const one = (factor: number, name: string) => runsSubject(`/runs/${name}`, [makeRun(factor)]);

  test('shows no significance, however large the difference, and says how many runs would', () => {
    const comparison = compareSubjects([one(1, 'a'), one(1.5, 'b')], options);
    expect(comparison.candidates[0]?.metrics.map(({ change }) => change)).toContain('too-few-trials');
    expect(comparison.candidates[0]?.sentences.join(' ')).toContain("Single runs can't show");
    expect(comparison.candidates[0]?.sentences.join(' ')).toContain('5 trials on each side could');
    expect(exitCodeOf(comparison, 'difference')).toBe(0);
  });

  test('fails the gate where an objective that was held is missed now', () => {
    const comparison = compareSubjects([one(1, 'a'), one(4, 'b')], options);
    expect(comparison.candidates[0]?.metrics[0]?.change).toBe('now-missed');
    expect(exitCodeOf(comparison, 'regression')).toBe(3);
  });
});

describe('what cannot be compared', () => {
  test('a run that is not valid is left out and named; without any other there is exit code 4', () => {
    const invalid = makeRun(1, { verdict: makeVerdict({ outcome: 'invalid', exitCode: 4 }) });
    const subject = runsSubject('/runs/a', [makeRun(1), invalid]);
    expect(subject).toMatchObject({
      trials: 1,
      warnings: [expect.stringContaining('is invalid and is left out')],
    });
    const only = runsSubject('/runs/b', [invalid]);
    expect(() => compareSubjects([subject, only], options)).toThrow(
      expect.objectContaining({ exitCode: 4 }) as Error,
    );
  });

  test('runs of several values are said to be no trials of the same', () => {
    const [one, two] = [2, 4].map((nodes) =>
      makeRun(1, { scenario: makeScenario({ parameters: { nodes, cost: '2ms' } }) }),
    );
    if (one === undefined || two === undefined) throw new Error('there are two');
    expect(runsSubject('/runs/a', [one, two]).warnings).toEqual([
      'a: its runs have different values of nodes, and are no trials of the same: name the runs of one combination.',
    ]);
    expect(runsSubject('/runs/a', [one, one]).warnings).toEqual([]);
  });

  test('runs with studies', () => {
    const subjects = [runsSubject('/runs/a', [makeRun(1)]), studySubject(makeStudy())];
    expect(() => compareSubjects(subjects, options)).toThrow(/runs can be compared with runs/);
  });

  test('a folder without a run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'topolab-compare-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await expect(readSubject(folder)).rejects.toMatchObject({ code: 'not-comparable', exitCode: 2 });
    // Runs in which different nodes were killed are no trials of one thing.
    await writeSavedRun(folder, makeRun(1));
    await writeFile(join(folder, 'failures.json'), '{}');
    await expect(readSubject(folder)).rejects.toThrow('its runs are of different kinds');
  });
});

test('studies are compared by the capacities of their trials', () => {
  const study = makeStudy();
  const faster = {
    ...study,
    answer: {
      ...study.answer,
      sizes: study.answer.sizes.map((size) => ({
        ...size,
        result: {
          ...size.result,
          trials: size.result.trials.map((trial) => ({ ...trial, capacity: trial.capacity * 0.7 })),
        },
      })),
    },
  };
  const comparison = compareSubjects([studySubject(study), studySubject(faster)], options);
  expect(comparison.candidates[0]?.metrics.map(({ change }) => change)).toContain('regression');
  expect(exitCodeOf(comparison, 'regression')).toBe(3);
});

describe('a study that has not found a capacity which the baseline has', () => {
  const study = makeStudy();
  const without = (status: 'below-range' | 'not-measurable') => {
    const [first, ...others] = study.answer.sizes;
    if (first === undefined) throw new Error('a study has sizes');
    const result = { ...first.result, status, capacity: null, trials: [] };
    return studySubject({ ...study, answer: { ...study.answer, sizes: [{ ...first, result }, ...others] } });
  };
  const title = `capacity of ${study.answer.sizes[0]?.name}`;

  test('for not even the lowest rate held: that is worse', () => {
    const comparison = compareSubjects([studySubject(study), without('below-range')], options);
    expect(comparison.candidates[0]).toMatchObject({ neverReached: [title], undecided: [] });
    expect(exitCodeOf(comparison, 'regression')).toBe(3);
    const back = compareSubjects([without('below-range'), studySubject(study)], options);
    expect(exitCodeOf(back, 'regression')).toBe(0);
  });

  test('for it could not be measured: then nobody knows', () => {
    const comparison = compareSubjects([studySubject(study), without('not-measurable')], options);
    expect(comparison.candidates[0]).toMatchObject({ neverReached: [], undecided: [title] });
    expect(comparison.candidates[0]?.sentences[0]).toMatch(/could not be measured/);
    expect(exitCodeOf(comparison, 'regression')).toBe(4);
    const [suite] = suitesOf(renderComparisonJunit(comparison, 'regression'));
    expect(suite?.testcase.find(({ name }) => name === title)?.error).toBeDefined();
  });
});

test('of a capacity that was above the range nobody knows whether it is lower now', () => {
  const study = makeStudy();
  const [first, ...others] = study.answer.sizes;
  if (first === undefined) throw new Error('a study has sizes');
  const above = studySubject({
    ...study,
    answer: {
      ...study.answer,
      sizes: [{ ...first, result: { ...first.result, status: 'above-range', capacity: null } }, ...others],
    },
  });
  const title = `capacity of ${first.name}`;
  const comparison = compareSubjects([above, studySubject(study)], options);
  expect(comparison.candidates[0]).toMatchObject({ neverReached: [], undecided: [title] });
  expect(comparison.candidates[0]?.sentences[0]).toMatch(
    /above the range that was searched, so it may be lower now/,
  );
  expect(exitCodeOf(comparison, 'regression')).toBe(4);
  expect(exitCodeOf(compareSubjects([above, above], options), 'regression')).toBe(0);
  expect(exitCodeOf(compareSubjects([studySubject(study), above], options), 'regression')).toBe(0);
});

test('a candidate of which most runs are left out has not been compared', () => {
  const broken = (run: SavedRun): SavedRun =>
    run.verdict === undefined ? run : { ...run, verdict: { ...run.verdict, outcome: 'broken', exitCode: 1 } };
  const base = runsSubject('/runs/base', around(1));
  const subjectWith = (left: number) =>
    runsSubject(
      '/runs/new',
      around(1).map((run, nth) => (nth < left ? broken(run) : run)),
    );
  const comparison = compareSubjects([base, subjectWith(4)], options);
  expect(comparison.candidates[0]?.undecided).toEqual(['most of its runs, which are left out']);
  expect(exitCodeOf(comparison, 'regression')).toBe(4);
  expect(exitCodeOf(compareSubjects([base, subjectWith(3)], options), 'regression')).toBe(0);
});

test('an objective whose bound the candidate has loosened is held against the bound of the baseline', () => {
  const loosened = (run: SavedRun): SavedRun => {
    const { verdict } = run;
    if (verdict === undefined) return run;
    const objectives = verdict.objectives.map((each) => ({
      ...each,
      objective: { ...each.objective, bound: each.objective.bound * 100 },
      status: 'held' as const,
    }));
    return { ...run, verdict: { ...verdict, objectives } };
  };
  const comparison = compareSubjects(
    [runsSubject('/runs/base', [makeRun(1)]), runsSubject('/runs/loose', [loosened(makeRun(50))])],
    options,
  );
  expect(comparison.candidates[0]?.metrics[0]?.change).toBe('now-missed');
  expect(exitCodeOf(comparison, 'regression')).toBe(3);
});

test('a folder of runs is read as trials, and all renderings name what differs', async () => {
  const root = await mkdtemp(join(tmpdir(), 'topolab-compare-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const other = makeScenario({ seed: 8, description: '<b>&|' });
  for (const [index, run] of around(1).entries())
    await writeSavedRun(join(root, 'a'), { ...run, id: `run-${index}` });
  for (const [index, run] of around(1.3).entries()) {
    await writeSavedRun(join(root, 'b'), { ...run, id: `run-${index}`, scenario: other });
  }
  const subjects = await Promise.all(['a', 'b'].map((name) => readSubject(join(root, name))));
  expect(subjects.map(({ trials }) => trials)).toEqual([6, 6]);
  const comparison = compareSubjects(subjects, options);
  expect(comparison.candidates[0]?.scenario.map(({ path }) => path)).toEqual(['description', 'seed']);
  const text = renderComparison(comparison, { colour: false, width: 160 });
  expect(text).toMatch(/✗ worse +p95 latency of users in four-servers +83\.6 ms +109 ms +\+30\.0 %/);
  expect(text).toMatch(/^seed +7 +8$/m);
  const narrow = renderComparison(comparison, { colour: false, width: 100 });
  expect(narrow).toMatch(/✗ worse +p95 latency of users in four-servers +83\.6 ms +109 ms +\+30\.0 %/);
  expect(renderComparisonMarkdown(comparison)).toContain('| seed | 7 | 8 |');
  const page = renderComparisonHtml(comparison);
  expect(page).toMatch(/<section class="verdict fail">.*?<h2>b is worse<\/h2>/s);
  expect(page).toContain('<circle');
  expect(page).not.toContain('<b>&|');
});

test.each([
  [
    [0.01, 0.04, 0.03],
    [0.03, 0.06, 0.06],
  ],
  [[0.5], [0.5]],
  [
    [0.9, 0.8],
    [1, 1],
  ],
  [[], []],
])('Holm makes of p-values %j %j', (pValues, adjusted) => {
  expect(holm(pValues).map((each) => Number(each.toFixed(6)))).toEqual(adjusted);
});

test.each([
  [1, 4],
  [4, 5],
  [20, 6],
  [50, 7],
])('with %d figures that decide, %d trials on each side can show a difference', (metrics, trials) => {
  expect(trialsNeeded(metrics, 0.05)).toBe(trials);
});

test.each([
  [{ a: 1 }, { a: 1 }, []],
  [{ a: { b: 1 } }, { a: { b: 2 } }, [{ path: 'a.b', a: 1, b: 2 }]],
  [{ a: 1 }, {}, [{ path: 'a', a: 1, b: undefined }]],
  [
    {
      groups: [
        { name: 'x', cpus: 1 },
        { name: 'y', cpus: 1 },
      ],
    },
    { groups: [{ name: 'y', cpus: 2 }] },
    [
      { path: 'groups.x', a: { name: 'x', cpus: 1 }, b: undefined },
      { path: 'groups.y.cpus', a: 1, b: 2 },
    ],
  ],
  [{ list: [1, 2] }, { list: [1, 3] }, [{ path: 'list.1', a: 2, b: 3 }]],
  [{ scriptPath: '/here/a.ts' }, { scriptPath: '/there/a.ts' }, []],
])('differences of %j and %j', (a, b, found) => {
  expect(differencesBetween(a, b)).toEqual(found);
});
