// What the helper runs to tell nodes each other's hardware addresses, and to find them out before. Pure.

export interface Listener {
  /** Of its first process, in the host's namespace. */
  readonly pid: number;
  readonly address: string;
  /** Its interface on the run's network. */
  readonly device: string;
  /** Of that interface. */
  readonly hardwareAddress: string;
}

/** Asks each namespace which interface has the node's address, and what its hardware address is. `parseLookUp` reads what it writes. */
export function lookUpScript(nodes: readonly Pick<Listener, 'pid' | 'address'>[]): string {
  return [
    `look_up() { nsenter -t "$1" -n sh -c '`,
    `dev=$(ip -o -4 addr show to "$1" | awk "{ print \\$2; exit }") && [ -n "$dev" ] &&`,
    `ip -o link show dev "$dev" | sed -n "s|.*link/ether \\([0-9a-f:]*\\).*|$1 $dev \\1|p"`,
    `' sh "$2" 2>/dev/null || true; }`,
    ...nodes.map(({ pid, address }) => `look_up ${pid} ${address}`),
  ].join('\n');
}

/** Interface and hardware address by address; nodes that have gone are not in it. */
export function parseLookUp(
  output: string,
): ReadonlyMap<string, Pick<Listener, 'device' | 'hardwareAddress'>> {
  const lines = output.matchAll(/^(\d+\.\d+\.\d+\.\d+) ([\w.-]+) ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/gm);
  return new Map(
    [...lines].map(([, address = '', device = '', hardwareAddress = '']) => [
      address,
      { device, hardwareAddress },
    ]),
  );
}

/**
 * Those who were there are told of the newcomers, and newcomers of everybody. A process id may belong to another process
 * by now: asking for a route *from* the node's address fails in any other namespace, and `ip` ends at the first failure.
 */
export function introductionScript(before: readonly Listener[], newcomers: readonly Listener[]): string {
  const entries = (neighbours: readonly Listener[]): string =>
    neighbours
      .map(
        ({ address, hardwareAddress }) =>
          `neigh replace ${address} lladdr ${hardwareAddress} dev DEVICE nud reachable extern_learn`,
      )
      .join('\n');
  const tell = (what: string, listeners: readonly Listener[]): string[] =>
    listeners.map(({ pid, address, device }) => `tell ${pid} ${address} ${device} "$${what}"`);
  return [
    `newcomers='${entries(newcomers)}'`,
    `everybody='${entries([...before, ...newcomers])}'`,
    `tell() { printf "route get $2 from $2\\n%s\\n" "$4" | sed "s/ dev DEVICE / dev $3 /" | nsenter -t "$1" -n ip -batch - >/dev/null 2>&1 || true; }`,
    ...tell('newcomers', before),
    ...tell('everybody', newcomers),
  ].join('\n');
}
