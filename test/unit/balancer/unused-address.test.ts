import { expect, it } from 'vitest';
import { unusedAddress } from '../../../orchestrator/balancer/unused-address.ts';

it.each([
  ['172.18.0.3', 16, '172.18.255.254'],
  ['10.1.2.3', 8, '10.255.255.254'],
  ['192.168.7.20', 24, '192.168.7.254'],
  ['192.168.7.20', 29, '192.168.7.22'],
  ['255.255.0.1', 17, '255.255.127.254'],
])('of the network of %s/%i it is %s', (address, prefixLength, unused) => {
  expect(unusedAddress(address, prefixLength)).toBe(unused);
});
