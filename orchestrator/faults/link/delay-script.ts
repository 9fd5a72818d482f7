// The commands that make packets wait where the kernel has no netem, for a shell in the node's own network namespace. Pure.

/** What comes from somewhere waits so long. */
export interface DelayRoute {
  /** An IPv4 address, a prefix such as 10.1.0.0/16, or `default` for all others; the longest that fits counts. */
  readonly source: string;
  readonly delayMs: number;
  /** Drawn evenly from so much below to so much above; packets from one source keep their order. */
  readonly jitterMs: number;
}

/** As in net-admin/image/delay/queue.h. */
export const queueNumber = 7101;
/** Of packets that arrive, before anything else looks at them. Without the program they pass as if there were no rule. */
const rule = `PREROUTING -i $dev -j NFQUEUE --queue-num ${queueNumber} --queue-bypass`;

/**
 * Makes what reaches the interface `$dev` wait from now on. `$1` is the node's address, by which the program reports on it, and `$2` its
 * process id. Packets that wait already go when they were to go.
 */
export function delayScript(routes: readonly DelayRoute[]): string[] {
  const microseconds = (ms: number): number => Math.round(ms * 1000);
  return [
    'topolab-delay put "$1" "$2" <<TABLE',
    ...routes.map(
      ({ source, delayMs, jitterMs }) => `${source} ${microseconds(delayMs)} ${microseconds(jitterMs)}`,
    ),
    'TABLE',
    // Only now: the rule finds somebody who listens.
    `iptables-nft -t mangle -C ${rule} 2>/dev/null || iptables-nft -t mangle -A ${rule}`,
  ];
}

/** Whether a script that is carried out makes packets wait. */
export function usesDelayProgram(script: string): boolean {
  return script.includes('topolab-delay put ');
}

/** Whether it lets them wait no longer. */
export function endsDelay(script: string): boolean {
  return script.includes('topolab-delay drop ');
}

/** Takes it away; what waits goes on at once. Costs nothing but a look where nothing waits. */
export function noDelayScript(): string[] {
  return [
    `if grep -q '^ *${queueNumber} ' /proc/self/net/netfilter/nfnetlink_queue 2>/dev/null; then`,
    `  iptables-nft -t mangle -D ${rule} 2>/dev/null || true`,
    '  topolab-delay drop "$1"',
    // iptables leaves its empty chains.
    "  iptables-nft -t mangle -S | grep -q '^-[AN]' || nft delete table ip mangle",
    'fi',
  ];
}
