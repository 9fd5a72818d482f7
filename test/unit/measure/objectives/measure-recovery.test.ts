// Whether users were served as before in time after each fault: from series of a second to held, missed or no answer.
import { describe, expect, it, test } from 'vitest';
import type { FaultSeries } from '../../../../orchestrator/measure/impacts/fault-impact.ts';
import { measureImpacts } from '../../../../orchestrator/measure/impacts/measure-impacts.ts';
import { measureRecovery } from '../../../../orchestrator/measure/objectives/measure-recovery.ts';
import type { RunFault } from '../../../../orchestrator/measure/impacts/run-faults.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';

const LOAD_MS = 60_000;
const whole = { startMs: 0, endMs: LOAD_MS };

/** 100 are served a second for 60 s, and in these seconds (from, until) half of them, while the others fail. */
function served(...hurt: readonly (readonly [number, number])[]): FaultSeries {
  const isHurt = (second: number) => hurt.some(([from, until]) => second >= from && second < until);
  const each = (value: (second: number) => number) =>
    Array.from({ length: 60 }, (_, second) => [second * 1000, value(second)] as const);
  return {
    servedPerSecond: each((second) => (isHurt(second) ? 50 : 100)),
    failedPerSecond: each((second) => (isHurt(second) ? 50 : 0)),
  };
}

function fault(id: string, atSeconds: number, endedSeconds: number | null = null): RunFault {
  const endedMs = endedSeconds === null ? null : endedSeconds * 1000;
  return {
    id,
    fault: null,
    atMs: atSeconds * 1000,
    effectMs: null,
    lastDownMs: null,
    endedMs,
    what: `pause servers-${id}`,
  };
}

function objective(withinSeconds: number): Objective {
  const bound = withinSeconds * 1000;
  return { name: 'x', measure: { kind: 'recovered' }, comparison: 'atMost', bound, phase: null, load: null };
}

const judged = (series: FaultSeries, faults: readonly RunFault[], window = whole, withinSeconds = 5) =>
  measureRecovery(objective(withinSeconds), window, measureImpacts(series, faults, LOAD_MS));

test.each<[string, FaultSeries, RunFault[], 'held' | 'missed', number | null, string]>([
  ['in time', served([20, 24]), [fault('a1', 20)], 'held', 4000, 'a1'],
  ['at the bound', served([20, 25]), [fault('a1', 20)], 'held', 5000, 'a1'],
  ['a second late', served([20, 26]), [fault('a1', 20)], 'missed', 6000, 'a1'],
  ['never disturbed', served(), [fault('a1', 20)], 'held', 0, 'a1'],
  ['the longest of two', served([20, 22], [40, 44]), [fault('a1', 20), fault('a2', 40)], 'held', 4000, 'a2'],
  ['one of two late', served([20, 27], [40, 42]), [fault('a1', 20), fault('a2', 40)], 'missed', 7000, 'a1'],
  // One out of memory is told of twice, and two nodes may be killed at once.
  ['of two at one moment', served([20, 24]), [fault('e1', 20), fault('e2', 20.01)], 'held', 4000, 'e1'],
  // A look that saw it only then makes no recovery shorter, be it before or after.
  [
    'late, of a fault that was seen late',
    served([20, 27]),
    [{ ...fault('a1', 20), effectMs: 24_000 }],
    'missed',
    7000,
    'a1',
  ],
  ['before it was seen', served([20, 23]), [{ ...fault('a1', 20), effectMs: 24_000 }], 'held', 3000, 'a1'],
  ['never again', served([20, 60]), [fault('a1', 20)], 'missed', null, 'a1'],
  ['never before the next', served([20, 40]), [fault('a1', 20), fault('a2', 40)], 'missed', null, 'a1'],
  [
    'late, and another untold',
    served([20, 27], [55, 60]),
    [fault('a1', 20), fault('e1', 55)],
    'missed',
    7000,
    'a1',
  ],
])('%s', (_, series, faults, status, measured, id) => {
  const result = judged(series, faults);
  expect(result).toMatchObject({ status, measured, fault: { id, what: `pause servers-${id}` } });
});

test.each<[string, RunFault[], FaultSeries, RegExp]>([
  ['no fault', [], served(), /^no fault began in this window$/],
  ['nothing served before', [fault('a1', 0)], served(), /^nothing was served in the 10 s before a1$/],
  [
    'the load ended too soon',
    [fault('a1', 55)],
    served([55, 60]),
    /^only 5 s passed from a1 to the next fault or the end of the load, too short to tell .* within 5 s$/,
  ],
  [
    'the next fault came too soon',
    [fault('a1', 20), fault('a2', 24)],
    served([20, 24]),
    /^only 4 s passed from a1 /,
  ],
  [
    'one is told and one is not',
    [fault('a1', 20), fault('a2', 55)],
    served([20, 22], [55, 60]),
    /^only 5 s passed from a2 /,
  ],
  [
    'no samples after it',
    [fault('a1', 20)],
    { servedPerSecond: served().servedPerSecond.slice(0, 20), failedPerSecond: [] },
    /^no operations were sampled after a1$/,
  ],
])('%s: no answer', (_, faults, series, why) => {
  expect(judged(series, faults)).toMatchObject({
    status: 'no-samples',
    measured: null,
    why: expect.stringMatching(why),
  });
});

it('has no answer where no operations were sampled', () => {
  expect(measureRecovery(objective(5), whole, null)).toMatchObject({ status: 'no-samples', measured: null });
});

it('judges faults that began in its phase, also where users are served as before only after it', () => {
  const faults = [fault('a1', 20), fault('a2', 38)];
  const series = served([20, 29], [38, 42]);
  expect(judged(series, faults, { startMs: 30_000, endMs: 40_000 })).toMatchObject({
    status: 'held',
    measured: 4000,
    fault: { id: 'a2' },
  });
  expect(judged(series, faults, { startMs: 45_000, endMs: 60_000 }).status).toBe('no-samples');
});

describe('the time from the end of a fault', () => {
  test.each<[string, FaultSeries, RunFault, number | null]>([
    ['disturbed until a second after it', served([20, 31]), fault('a1', 20, 30), 1000],
    ['got over before it', served([20, 24]), fault('a1', 20, 30), 0],
    ['its end disturbs again', served([20, 24], [30, 33]), fault('a1', 20, 30), 3000],
    ['never again', served([20, 60]), fault('a1', 20, 30), null],
    ['not taken back', served([20, 24]), fault('a1', 20), null],
  ])('%s', (_, series, each, recoveredAfterEndMs) => {
    expect(measureImpacts(series, [each], LOAD_MS)).toMatchObject([{ recoveredAfterEndMs }]);
  });
});

/** From the fault at 20 s on, half is served for 2 s, and from 24 s on the load asks for less. */
function declining(offered: number, servedThen: number): FaultSeries {
  const each = (before: number, hurt: number, then: number) =>
    Array.from({ length: 60 }, (_, second) => {
      const value = second >= 24 ? then : second >= 20 && second < 22 ? hurt : before;
      return [second * 1000, value] as const;
    });
  return {
    servedPerSecond: each(100, 50, servedThen),
    failedPerSecond: each(0, 50, 0),
    offeredPerSecond: each(100, 100, offered),
  };
}

test.each<[string, number, number, 'held' | 'missed']>([
  ['all of what is offered', 40, 40, 'held'],
  ['half of it', 40, 20, 'missed'],
  ['nothing, where nothing is offered', 0, 0, 'missed'],
])('after a peak, served as before is %s', (_, offered, servedThen, status) => {
  const result = judged(declining(offered, servedThen), [fault('a1', 20)]);
  expect(result.status).toBe(status);
  if (status === 'held') expect(result.measured).toBe(2000);
});

test('a peak that is over counts the same from the end of the fault', () => {
  const [impact] = measureImpacts(declining(40, 40), [fault('a1', 20, 30)], LOAD_MS);
  expect(impact?.recoveredAfterEndMs).toBe(0);
});
