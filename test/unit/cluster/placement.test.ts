import { describe, expect, it } from 'vitest';
import type { Host, Hosts } from '../../../orchestrator/cluster/host.ts';
import { Occupancy } from '../../../orchestrator/cluster/occupancy.ts';
import type { Demand, Placement } from '../../../orchestrator/cluster/placement.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';

const GiB = 2 ** 30;

const hostOf = (name: string, zone: string | null, cpus = 4, memoryBytes = 4 * GiB): Host => ({
  name,
  zone,
  engine: createFakeEngine(),
  capacity: { cpus, memoryBytes },
});
const hosts: Hosts = [hostOf('a', 'east'), hostOf('b', 'west'), hostOf('c', 'west', 2)];
const one = { group: 'servers', zone: null, cpus: 1, memoryBytes: GiB / 4 };

/** Where each comes, one after the other; `-` where no host has room. */
function placed(placement: Placement, demands: readonly Partial<Demand>[]): string {
  const occupancy = new Occupancy(hosts, placement);
  return demands.map((demand) => occupancy.take({ ...one, ...demand })?.name ?? '-').join('');
}

const times = (count: number, demand: Partial<Demand> = {}) => Array.from({ length: count }, () => demand);

describe('placing containers', () => {
  it.each<[string, Placement, readonly Partial<Demand>[], string]>([
    ['spreads over all hosts, and then over those that have room', 'spread', times(10), 'abcabcabab'],
    ['refuses what no host has room for', 'spread', times(11), 'abcabcabab-'],
    ['spreads each group by itself', 'spread', [...times(1), ...times(3, { group: 'peers' })], 'abca'],
    ['fills one host before the next', 'pack', times(10), 'ccaaaabbbb'],
    ['leaves the fullest alone where it has no room', 'pack', [...times(1), ...times(2, { cpus: 2 })], 'caa'],
    ['keeps a group in its zone', 'zone', times(5, { zone: 'west' }), 'bcbcb'],
    ['places a group without a zone anywhere', 'zone', times(3), 'abc'],
    ['refuses a zone that no host is in', 'zone', times(1, { zone: 'north' }), '-'],
    ['does not ask for zones otherwise', 'spread', times(1, { zone: 'north' }), 'a'],
    [
      'keeps what has the same on its disk on the host of the first, also where another has more room',
      'spread',
      [
        ...times(1),
        ...times(2, { group: 'db', storage: 'db' }),
        ...times(2, { group: 'web', storage: 'db' }),
      ],
      'abbbb',
    ],
    ['refuses what has no room there', 'pack', times(3, { storage: 'db' }), 'cc-'],
    ['counts memory as well', 'spread', times(4, { memoryBytes: 3 * GiB }), 'abc-'],
    [
      'has room for what promises nothing',
      'spread',
      [...times(10), { cpus: 0, memoryBytes: 0 }],
      'abcabcababc',
    ],
    [
      'adds fractions of cores without losing one',
      'pack',
      times(20, { cpus: 0.1, memoryBytes: 0 }),
      'c'.repeat(20),
    ],
  ])('%s', (_what, placement, demands, expected) => {
    expect(placed(placement, demands)).toBe(expected);
  });

  it('has the room again that something leaves', () => {
    const occupancy = new Occupancy(hosts, 'pack');
    const big = { ...one, cpus: 4 };
    const first = occupancy.take(big);
    occupancy.take(big);
    expect(occupancy.take(big)).toBeUndefined();
    if (first !== undefined) occupancy.leave(first, big);
    expect(occupancy.take(big)).toBe(first);
  });
});
