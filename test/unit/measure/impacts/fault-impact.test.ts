import { describe, expect, it } from 'vitest';
import {
  faultImpact,
  lostWithin,
  servedAgainAfter,
} from '../../../../orchestrator/measure/impacts/fault-impact.ts';

/** A point a second from 0 on. */
const seconds = (...values: number[]): [number, number][] =>
  values.map((value, index) => [index * 1000, value]);
const ten = Array.from({ length: 10 }, () => 100);
const quiet = Array.from({ length: 10 }, () => 0);

describe('the impact of a fault', () => {
  it('is timed from the fault to the balancer and back to what was served before', () => {
    const impact = faultImpact(
      {
        servedPerSecond: seconds(...ten, 50, 60, 80, 97, 99, 100, 100, 100),
        failedPerSecond: seconds(...quiet, 50, 40, 0, 0, 0, 0, 0, 0),
        nodesUp: seconds(...ten.map(() => 2), 2, 2, 1, 1, 1, 1, 1, 1),
      },
      10_000,
      18_000,
    );
    expect(impact).toEqual({
      detectedAfterMs: 2000,
      recoveredAfterMs: 3000,
      lost: 90,
      servedBefore: 100,
      lowestShare: 0.5,
    });
  });

  it.each<[string, number, number, number]>([
    ['the fault was seen to bite', 11_400, 600, 1600],
    ['it began, for a reaction that came before anybody had seen it bite', 12_500, 2000, 500],
    ['it began, where everybody was quicker than who looked', 14_000, 2000, 3000],
  ])('counts from when %s', (_, effectMs, detectedAfterMs, recoveredAfterMs) => {
    const series = {
      servedPerSecond: seconds(...ten, 50, 60, 80, 97, 99, 100, 100, 100),
      failedPerSecond: seconds(...quiet, 50, 40, 0, 0, 0, 0, 0, 0),
      nodesUp: seconds(...ten.map(() => 2), 2, 2, 1, 1, 1, 1, 1, 1),
    };
    expect(faultImpact(series, 10_000, 18_000, effectMs)).toMatchObject({
      detectedAfterMs,
      recoveredAfterMs,
    });
  });

  it('of a loop lasts until users are served after the last time that it hurt, and counts what was lost until then', () => {
    const series = {
      servedPerSecond: seconds(...ten, 50, 100, 100, 100, 100, 90, 100, 100, 100, 100),
      failedPerSecond: seconds(...quiet, 50, 0, 0, 0, 0, 7, 0, 0, 0, 0),
    };
    expect(faultImpact(series, 10_000, 20_000)).toMatchObject({ recoveredAfterMs: 1000, lost: 50 });
    expect(faultImpact(series, 10_000, 20_000, 10_000, 14_600)).toMatchObject({
      recoveredAfterMs: 6000,
      lost: 57,
    });
    const unhurt = { servedPerSecond: seconds(...ten, ...ten), failedPerSecond: seconds(...quiet, ...quiet) };
    expect(faultImpact(unhurt, 10_000, 20_000, 10_000, 14_600)).toMatchObject({
      recoveredAfterMs: 0,
      lost: 0,
    });
  });

  it('is detected by traffic without a balancer: when failures end', () => {
    const impact = faultImpact(
      {
        servedPerSecond: seconds(...ten, 50, 60, 100, 100, 100, 100),
        failedPerSecond: seconds(...quiet, 50, 40, 0, 0, 0, 0),
      },
      10_000,
      16_000,
    );
    expect(impact).toMatchObject({ detectedAfterMs: 1000, recoveredAfterMs: 2000 });
  });

  it.each<[string, number[][], number | null]>([
    [
      'by the first peer that drops a neighbour',
      [
        [3, 3, 3, 2, 2, 2],
        [3, 3, 2, 2, 2, 3],
      ],
      2000,
    ],
    [
      'by traffic, where no peer has dropped one',
      [
        [3, 3, 3, 3, 3, 3],
        [3, 4, 4, 4, 4, 4],
      ],
      1000,
    ],
    ['by traffic, where the only peer that has fewer was not there before', [[], [9, 8, 7, 7, 7, 7]], 1000],
  ])('is detected among peers %s', (_, [one = [], other = []], detectedAfterMs) => {
    const joined = other[0] === 9;
    const impact = faultImpact(
      {
        servedPerSecond: seconds(...ten, 50, 60, 100, 100, 100, 100),
        failedPerSecond: seconds(...quiet, 50, 40, 0, 0, 0, 0),
        neighbours: [
          seconds(...ten.map(() => 3), ...one),
          seconds(...ten.map(() => 3), ...other).slice(joined ? 10 : 0),
        ],
      },
      10_000,
      16_000,
    );
    expect(impact).toMatchObject({ detectedAfterMs });
  });

  it('is detected by whoever is first, a balancer or a peer', () => {
    const series = {
      servedPerSecond: seconds(...ten, ...ten),
      failedPerSecond: seconds(...quiet, ...quiet),
      nodesUp: seconds(...ten.map(() => 2), 2, 2, 2, 2, 1, 1),
      neighbours: [seconds(...ten.map(() => 3), 3, 2, 2, 2, 2, 2)],
    };
    expect(faultImpact(series, 10_000, 16_000).detectedAfterMs).toBe(1000);
    expect(faultImpact({ ...series, neighbours: [] }, 10_000, 16_000).detectedAfterMs).toBe(4000);
  });

  it('is nothing where users did not notice', () => {
    const series = { servedPerSecond: seconds(...ten, ...ten), failedPerSecond: seconds(...quiet, ...quiet) };
    expect(faultImpact(series, 10_000, 20_000)).toEqual({
      detectedAfterMs: null,
      recoveredAfterMs: 0,
      lost: 0,
      servedBefore: 100,
      lowestShare: 1,
    });
  });

  it.each<[string, number[], number | null]>([
    ['is none by a single good point, where points lie far apart', [40, 100, 40, 40, 40], null],
    ['is there from the first of two', [40, 100, 40, 100, 100], 18_000],
    ['is none where nothing is known any more', [100], null],
  ])('whose recovery %s', (_, after, recoveredAfterMs) => {
    const points = [...ten, ...after].map((value, index) => [index * 6000, value] as const);
    const series = { servedPerSecond: points, failedPerSecond: [] };
    expect(faultImpact(series, 60_000, 90_000).recoveredAfterMs).toBe(recoveredAfterMs);
  });

  it('has no recovery where the service does not come back, and one good second is none', () => {
    const impact = faultImpact(
      {
        servedPerSecond: seconds(...ten, 40, 100, 40, 40, 40, 40),
        failedPerSecond: seconds(...quiet, 60, 0, 60, 60, 60, 60),
      },
      10_000,
      16_000,
    );
    expect(impact).toMatchObject({ detectedAfterMs: null, recoveredAfterMs: null, lost: 300 });
  });

  it('knows no share where nothing was served before', () => {
    const series = { servedPerSecond: [], failedPerSecond: [] };
    expect(faultImpact(series, 10_000, 20_000)).toEqual({
      detectedAfterMs: null,
      recoveredAfterMs: null,
      lost: 0,
      servedBefore: null,
      lowestShare: null,
    });
  });
});

describe('a fault that bites late', () => {
  const late = (served: number, failed: number) => ({
    servedPerSecond: seconds(...ten, ...ten, ...Array.from({ length: 10 }, () => served)),
    failedPerSecond: seconds(...quiet, ...quiet, ...Array.from({ length: 10 }, () => failed)),
  });

  it.each([
    ['has not been got over where in the end most operations fail', 10, 90, null, 900],
    ['nor where half of them do', 50, 50, null, 500],
    ['nor where one in eight does', 88, 12, null, 120],
    ['is not told from a load that becomes less', 50, 0, 0, 0],
    ['is not told from a few failures with it', 50, 2, 0, 0],
  ])('%s', (_, served, failed, recoveredAfterMs, lost) => {
    expect(faultImpact(late(served, failed), 10_000, 30_000)).toMatchObject({ recoveredAfterMs, lost });
  });

  it('was got over by the next fault, whatever comes then', () => {
    expect(faultImpact(late(10, 90), 10_000, 20_000)).toMatchObject({ recoveredAfterMs: 0, lost: 0 });
  });
});

it.each([
  ['no samples', []],
  ['nothing served', quiet],
])('nobody is called undisturbed of whom there was %s before the fault', (_, before) => {
  const series = {
    servedPerSecond: [
      ...seconds(...before),
      ...seconds(...ten).map(([ms, rate]) => [ms + 10_000, rate] as const),
    ],
    failedPerSecond: [],
  };
  expect(faultImpact(series, 10_000, 20_000)).toMatchObject({ recoveredAfterMs: null, lowestShare: null });
});

describe('users who hang', () => {
  // From 10 s on half of a hundred a second hang; at 14 s the fault ends, and their requests fail or are answered at last.
  const hanging = [...quiet, 50, 50, 50, 50, -200, 0, 0, 0];
  const served = seconds(...ten, 50, 50, 50, 50, 100, 100, 100, 100);

  it('are lost when they begin to hang, and not once more when their requests fail', () => {
    const series = {
      servedPerSecond: served,
      failedPerSecond: seconds(...quiet, 0, 0, 0, 0, 200, 0, 0, 0),
      moreWaitingPerSecond: seconds(...hanging),
    };
    expect(lostWithin(series, 10_000, 14_000)).toBe(200);
    expect(lostWithin(series, 10_000, 18_000)).toBe(200);
    expect(faultImpact(series, 10_000, 18_000)).toMatchObject({ lost: 200, lowestShare: 0.5 });
  });

  it.each([
    ['until they are given up', [3, 3, 3, 3, 0, 0, 0, 0], 4000],
    ['for good, whatever the others get', [3, 3, 3, 3, 3, 3, 3, 3], null],
    ['nowhere', [0, 0, 0, 0, 0, 0, 0, 0], 0],
  ])('keep from a recovery that the rate of the others shows: %s', (_, after, recoveredAfterMs) => {
    const series = {
      servedPerSecond: seconds(...ten, 97, 97, 97, 97, 97, 97, 97, 97),
      failedPerSecond: [],
      hanging: seconds(...quiet, ...after),
    };
    expect(faultImpact(series, 10_000, 18_000)).toMatchObject({ recoveredAfterMs });
    expect(servedAgainAfter(series, 100, 10_000, 18_000)).toBe(recoveredAfterMs);
  });

  it('are not lost where they are answered in the end', () => {
    const series = {
      servedPerSecond: seconds(...ten, 50, 50, 50, 50, 300, 100, 100, 100),
      failedPerSecond: seconds(...quiet, ...quiet),
      moreWaitingPerSecond: seconds(...hanging),
    };
    expect(lostWithin(series, 10_000, 14_000)).toBe(200);
    expect(lostWithin(series, 10_000, 18_000)).toBe(0);
  });
});
