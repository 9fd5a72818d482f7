// What a container's kernel counted of what it sent. Pure.

/** @param netDev the container's /proc/net/dev; loopback does not count. */
export function sentBytesIn(netDev: string): number {
  return netDev.split('\n').reduce((sum, line) => {
    const [, name = 'lo', counters = ''] = /^\s*([^:\s]+):(.*)$/.exec(line) ?? [];
    // Eight columns of what was received come first.
    return name === 'lo' ? sum : sum + Number(counters.trim().split(/\s+/)[8] ?? 0);
  }, 0);
}
