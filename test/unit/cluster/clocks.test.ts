import { describe, expect, it } from 'vitest';
import { clockAhead, tellMovedClocks } from '../../../orchestrator/cluster/clocks.ts';

const read = (offsetMs: number, errorMs = 1) => ({ offsetMs, errorMs });

describe('how far a clock is ahead of another', () => {
  it.each([
    ['is so many whole milliseconds', read(120.4), read(-30.2), 151],
    ['is below 0 where it is behind', read(-30.2), read(120.4), -151],
    ['is nothing where they agree as well as could be measured', read(4.9, 3), read(0, 2), 0],
  ])('%s', (_what, of, than, aheadMs) => {
    expect(clockAhead(of, than)).toBe(aheadMs);
  });
});

describe('clocks at the end of a run', () => {
  const hosts = [
    { name: 'box1', clock: read(0) },
    { name: 'box2', clock: read(200) },
  ];

  it('are said to have moved against the first one’s where they have', () => {
    const [told, ...more] = tellMovedClocks(hosts, [read(10), read(250)]);
    expect(told).toMatch(/^The clock of box2 moved by 40 ms against that of box1 during the run: /);
    expect(more).toEqual([]);
  });

  it.each([
    ['both moved alike, for it was ours that moved', [read(-300), read(-100)]],
    ['one moved by less than can be measured', [read(0, 20), read(220, 20)]],
    ['one moved by less than clocks do', [read(0), read(205)]],
  ])('are not where %s', (_why, now) => {
    expect(tellMovedClocks(hosts, now)).toEqual([]);
  });
});
