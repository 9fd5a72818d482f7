import { describe, expect, test } from 'vitest';
import { parseTargets } from '../../../node-image/agent/agent-routes.ts';
import { leaseMs, RunRegistry } from '../../../node-image/agent/run-registry.ts';

describe('leases of runs', () => {
  test('a run is forgotten when its lease was not renewed in time', () => {
    let nowMs = 0;
    const runs = new RunRegistry(() => nowMs);
    runs.renew('a').targets = [{ targets: ['x:1'] }];
    nowMs = leaseMs - 1;
    expect(runs.targets()).toHaveLength(1);
    nowMs = leaseMs;
    expect(runs.targets()).toEqual([]);
    expect(runs.find('a')).toBeUndefined();
  });

  test('a renewed run stays, and only that one', () => {
    let nowMs = 0;
    const runs = new RunRegistry(() => nowMs);
    const kept = runs.renew('a');
    runs.renew('b');
    nowMs = leaseMs - 1;
    expect(runs.renew('a')).toBe(kept);
    nowMs = leaseMs + 1;
    expect(runs.find('a')).toBe(kept);
    expect(runs.find('b')).toBeUndefined();
  });

  test('those who wait for a run learn that it has ended', () => {
    const runs = new RunRegistry(() => 0);
    const { ended } = runs.renew('a');
    runs.forget('a');
    runs.forget('a');
    expect(ended.aborted).toBe(true);
  });

  test('there is a bound on runs and on barriers', () => {
    const runs = new RunRegistry(() => 0);
    const state = runs.renew('r0');
    for (let index = 1; index < 256; index += 1) runs.renew(`r${index}`);
    expect(() => runs.renew('one more')).toThrow(RangeError);
    for (let index = 0; index < 256; index += 1) state.barrier(`b${index}`);
    expect(() => state.barrier('one more')).toThrow(RangeError);
  });

  test.each([null, {}, [{}], [{ targets: 'a:1' }], [{ targets: [1] }], [{ targets: [], labels: { a: 1 } }]])(
    'targets %j are refused',
    (targets) => {
      expect(() => parseTargets(targets)).toThrow('write a list');
    },
  );
});
