// An address on the run's network at which nobody ever is. Pure.

/**
 * The highest address for a host in the network of this one: engines give addresses out from below, so it would be the last to be given.
 * What is sent there is met by silence, as what is sent to a node that has gone is.
 *
 * @param address IPv4, such as 10.0.0.2
 * @param prefixLength bits that all addresses of the network share, 1 to 30
 */
export function unusedAddress(address: string, prefixLength: number): string {
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - prefixLength);
  const highest = Math.floor(number / size) * size + size - 2;
  return [24, 16, 8, 0].map((shift) => Math.floor(highest / 2 ** shift) % 256).join('.');
}
