import { describe, expect, test } from 'vitest';
import { parseContainerIds, parseContainers, parseTargets } from '../../../node-image/agent/agent-routes.ts';
import { leaseMs, RunRegistry } from '../../../node-image/agent/run-registry.ts';

describe('leases of runs', () => {
  test('a run is forgotten when its lease was not renewed in time', () => {
    let nowMs = 0;
    const runs = new RunRegistry(() => nowMs);
    runs.renew('a').targets = [{ targets: ['x:1'], labels: {} }];
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

  test('there is a bound on runs', () => {
    const runs = new RunRegistry(() => 0);
    for (let index = 0; index < 256; index += 1) runs.renew(`r${index}`);
    expect(() => runs.renew('one more')).toThrow(RangeError);
  });

  test.each([null, {}, [{}], [{ targets: 'a:1' }], [{ targets: [1] }], [{ targets: [], labels: { a: 1 } }]])(
    'targets %j are refused',
    (targets) => {
      expect(() => parseTargets(targets)).toThrow('write a list');
    },
  );

  const good = { id: 'ab12'.repeat(16), labels: { node: 'a' } };

  test.each([null, {}, { containers: 'a' }, { containers: ['abcdef012345'] }, { containers: [1] }])(
    'ids of containers %j are refused',
    (asked) => {
      expect(() => parseContainerIds(asked)).toThrow('write {"containers"');
    },
  );

  test('containers are taken with their labels', () => {
    expect(parseContainers([good])).toEqual([good]);
  });

  test.each([
    null,
    [{}],
    [{ ...good, id: '../../etc' }],
    [{ ...good, id: 'abcdef012345' }],
    [{ ...good, labels: { 'no"de': 'a' } }],
    [{ ...good, labels: { node: 1 } }],
  ])('containers %j are refused', (containers) => {
    expect(() => parseContainers(containers)).toThrow('write a list');
  });
});
