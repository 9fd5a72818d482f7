// Many nodes' links in one command of the helper: how it is written, and what its output says. Pure.
import type { Link } from '../scenario/groups/group.ts';
import type { DelayWay } from './delay/delay-way.ts';
import { linkScript } from './link-script.ts';

/** The link that a container shall have. */
export interface LinkTarget {
  readonly node: string;
  /** Process id in the engine host's namespace; 0 = has ended. */
  readonly pid: number;
  /** Its address tells which interface is meant. */
  readonly address: string;
  /** null = not shaped any more. */
  readonly link: Link | null;
}

/** `gone`: the container no longer runs, and its link went with it. */
export type LinkOutcome =
  | { readonly kind: 'shaped' | 'gone' }
  | { readonly kind: 'failed'; readonly said: string };

/**
 * Enters each namespace and runs the link's script there. A process id may belong to another process by now: the interface is
 * looked up by the node's address, which no other namespace has, so a stranger's network is never touched.
 */
const prelude = `
shape() {
  if said=$(nsenter -t "$2" -n sh -e -s "$3" "$2" 2>&1); then echo "$1 shaped"; return; fi
  if nsenter -t "$2" -n ip -o -4 addr show 2>/dev/null | grep -q " $3/"; then
    echo "$1 failed $(echo "$said" | tr '\\n' ' ')"
  else echo "$1 gone"; fi
}
`;

const findInterface = `dev=$(ip -o -4 addr show to "$1" | awk '{ print $2; exit }')\n[ -n "$dev" ]\n`;

/** A shell script for the helper; `parseLinkBatch` reads what it writes. */
export function linkBatch(targets: readonly LinkTarget[], delayBy: DelayWay): string {
  const calls = targets.map(
    ({ pid, address, link }, index) =>
      `shape ${index} ${pid} ${address} <<'LINK'\n${findInterface}${linkScript(link, delayBy)}\nLINK\n`,
  );
  return prelude + calls.join('');
}

/** Outcomes in the order of the targets. A target that the output does not name has failed. */
export function parseLinkBatch(output: string, count: number): LinkOutcome[] {
  const outcomes: LinkOutcome[] = Array.from({ length: count }, () => ({
    kind: 'failed',
    said: 'the helper gave no answer',
  }));
  for (const line of output.split('\n')) {
    const [, index, kind, said = ''] = /^(\d+) (shaped|gone|failed) ?(.*)$/.exec(line) ?? [];
    if (index === undefined || Number(index) >= count) continue;
    outcomes[Number(index)] =
      kind === 'failed' ? { kind, said: said.trim() } : { kind: kind === 'gone' ? 'gone' : 'shaped' };
  }
  return outcomes;
}
