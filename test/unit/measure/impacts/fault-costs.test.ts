// What each fault of a finished run cost, as Prometheus is told of it.
import { expect, test } from 'vitest';
import { faultCosts } from '../../../../orchestrator/measure/impacts/fault-costs.ts';
import { makeMessageRun } from '../../../fixtures/make-peer-run.ts';

const LOAD_MS = 60_000;

/** Peers, of which one has a neighbour less from some second on. Peers are killed at 20 s and at 40 s. */
function runWith(legend: string, fewerFromSecond = Number.POSITIVE_INFINITY) {
  const run = makeMessageRun(6);
  const points = Array.from(
    { length: 61 },
    (_, second) => [second * 1000, second < fewerFromSecond ? 4 : 3] as const,
  );
  const connections = [{ legend, labels: { group: 'peers', node: 'peers-1' }, points }];
  const panels = { ...run.samples?.panels, 'peer-connections': connections };
  return { ...run, samples: { stepSeconds: 1, panels } };
}

test('a fault among peers is detected by the first that loses a neighbour', () => {
  const [first] = faultCosts(runWith('peers-1 neighbours', 23), LOAD_MS);
  expect(first).toMatchObject({ fault: 'f1', kind: 'kill', detectedAfterMs: 2998 });
});

test('connections for files that close detect nothing', () => {
  const [unnoticed] = faultCosts(runWith('peers-1 for files'), LOAD_MS);
  const [first] = faultCosts(runWith('peers-1 for files', 21), LOAD_MS);
  expect(first).toEqual(unnoticed);
});

test('slow operations and touched users are those of the verdict, and nothing where it has none', () => {
  const run = makeMessageRun(6);
  const verdict = {
    faultCosts: [
      {
        id: 'a1',
        slow: { count: 12, thanMs: 300, bound: 'objective' },
        users: { touched: 3, all: 12, each: 'virtual-user' },
      },
    ] as const,
  };
  const costs = faultCosts({ ...run, verdict }, LOAD_MS);
  expect(costs.map(({ slow, usersTouchedShare }) => [slow, usersTouchedShare])).toEqual([
    [12, 0.25],
    [null, null],
  ]);
  // 20 operations a second, of which a share fails for some seconds.
  expect(costs.every(({ lost }) => lost > 0)).toBe(true);
});
