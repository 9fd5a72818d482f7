import { expect, it } from 'vitest';
import { freeSubnet } from '../../../orchestrator/engine/docker/networks.ts';

/** All of a half but the last block of 16 networks, which are written as the rest of it. */
const allBut = (first: number, last: number): string[] =>
  Array.from({ length: last - first }, (_, index) => `10.${first + index}.0.0/16`);

it('has 4,094 addresses, closed networks of another part than open ones', () => {
  for (let time = 0; time < 200; time += 1) {
    expect(freeSubnet([], false)).toMatch(/^10\.1(2[89]|[3-8]\d|9[01])\.\d+\.0\/20$/);
    expect(freeSubnet([], true)).toMatch(/^10\.(19[2-9]|2\d\d)\.\d+\.0\/20$/);
  }
});

it('overlaps none that is taken, be that larger or smaller', () => {
  const taken = [
    ...allBut(128, 191),
    '10.191.0.0/17',
    '10.191.128.5/32',
    '10.191.144.0/20',
    '10.191.160.0/19',
    'fd00::/64',
  ];
  const free = new Set(Array.from({ length: 200 }, () => freeSubnet(taken, false)));
  expect([...free].toSorted()).toEqual([
    '10.191.192.0/20',
    '10.191.208.0/20',
    '10.191.224.0/20',
    '10.191.240.0/20',
  ]);
});

it('fails where none is left', () => {
  expect(() => freeSubnet(['10.0.0.0/8'], true)).toThrow('no addresses are left for a network of the Swarm');
});
