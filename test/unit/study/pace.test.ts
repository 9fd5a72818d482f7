import { describe, expect, test } from 'vitest';
import { createSearch } from '../../../orchestrator/capacity/search.ts';
import { Pace } from '../../../orchestrator/study/pace.ts';
import { replay, type SizeSearch } from '../../../orchestrator/study/replay.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

describe('the pace of a study', () => {
  const question = { sizes: [1, 2], minTrials: 3 };

  test('tells no time before a trial has ended', () => {
    const pace = new Pace(question);
    pace.probeDone(1, 10_000);
    expect(pace.state()).toEqual({ trialsDone: 0, trialsExpected: 6, leftMs: undefined });
  });

  test('reckons what is left from load and what was beside it', () => {
    const pace = new Pace(question);
    pace.probeDone(1, 20_000);
    pace.probeDone(1, 10_000);
    pace.trialDone(1, false, 15_000);
    expect(pace.state()).toEqual({ trialsDone: 1, trialsExpected: 6, leftMs: 5 * 45_000 });
  });

  test('counts trials of earlier sessions by their load, and learns from this one what is beside it', () => {
    const pace = new Pace(question);
    for (const size of [1, 2]) {
      pace.probeDone(size, 30_000);
      pace.trialDone(size, false);
    }
    expect(pace.state()).toEqual({ trialsDone: 2, trialsExpected: 6, leftMs: 4 * 30_000 });
    pace.probeDone(1, 30_000);
    pace.trialDone(1, false, 12_000);
    expect(pace.state().leftMs).toBe(3 * 42_000);
  });

  test('expects one more of a size that goes on beyond the fewest, and none of one that has ended', () => {
    const pace = new Pace(question);
    for (let trial = 1; trial <= 3; trial++) {
      pace.probeDone(1, 30_000);
      pace.trialDone(1, false);
    }
    expect(pace.state()).toMatchObject({ trialsDone: 3, trialsExpected: 4 + 3 });
    pace.probeDone(2, 30_000);
    pace.trialDone(2, true);
    expect(pace.state()).toMatchObject({ trialsDone: 4, trialsExpected: 4 + 1 });
  });
});

describe('going on with a study', () => {
  const study = makeStudy();
  const { question, scenario } = study.description;

  function begin(): { searches: SizeSearch[]; pace: Pace } {
    const searches = question.sizes.map((size, index) => ({
      size,
      search: createSearch({ ...question, seed: scenario.seed + index, resolution: 0.1 }),
    }));
    return { searches, pace: new Pace(question) };
  }

  test('whose probes are all there leaves nothing to do', () => {
    const { searches, pace } = begin();
    replay(searches, study.probes, pace, study.folder);
    const trials = study.answer.sizes.reduce((sum, { result }) => sum + result.trials.length, 0);
    expect(searches.every(({ search }) => search.next().kind === 'done')).toBe(true);
    expect(pace.state()).toEqual({ trialsDone: trials, trialsExpected: trials, leftMs: 0 });
  });

  test('that was interrupted within a trial counts those before it, with their load', () => {
    const { searches, pace } = begin();
    const second = study.probes.findIndex(({ size, trial }) => size === 1 && trial === 2);
    const probes = study.probes.slice(0, second + 1);
    replay(searches, probes, pace, study.folder);
    const loadMs = probes.slice(0, -1).reduce((sum, probe) => sum + probe.loadMs, 0);
    expect(pace.state()).toEqual({ trialsDone: 1, trialsExpected: 4 * 6, leftMs: 23 * loadMs });
  });

  test('is refused where its probes are not those that would be asked for', () => {
    const { searches, pace } = begin();
    const [probe] = study.probes;
    if (probe === undefined) throw new Error('no probe');
    expect(() => replay(searches, [{ ...probe, rate: probe.rate + 1 }], pace, 'x')).toThrow('do not fit');
    expect(() => replay(searches, [{ ...probe, size: 99 }], pace, 'x')).toThrow('do not fit');
  });
});
