// Scripts for the networks of many nodes in one command of the helper: how it is written, and what its output says. Pure.

/** A script for the network namespace of one container. */
export interface NetworkScript {
  readonly node: string;
  /** Of its first process, in the host's namespace. */
  readonly pid: number;
  /** Its address tells which interface is meant. */
  readonly address: string;
  /** Runs with `sh -e`; `$dev` is the interface, `$1` the address, `$2` the process id. At most 100 KiB. */
  readonly script: string;
}

/** `gone`: the container no longer runs, and its network went with it. `said`: what the script wrote, its lines in one. */
export type ScriptOutcome =
  | { readonly kind: 'done' | 'failed'; readonly said: string }
  | { readonly kind: 'gone' };

/**
 * Enters each namespace and runs the script there. A process id may belong to another process by now: the interface is
 * looked up by the node's address, which no other namespace has, so a stranger's network is never touched.
 */
const prelude = `
inside() {
  if said=$(nsenter -t "$2" -n sh -e -s "$3" "$2" 2>&1); then echo "$1 done $(echo "$said" | tr '\\n' ' ')"; return; fi
  if nsenter -t "$2" -n ip -o -4 addr show 2>/dev/null | grep -q " $3/"; then
    echo "$1 failed $(echo "$said" | tr '\\n' ' ')"
  else echo "$1 gone"; fi
}
`;

const findInterface = `dev=$(ip -o -4 addr show to "$1" | awk '{ print $2; exit }')\n[ -n "$dev" ]\n`;

/**
 * A shell script for the helper; `parseNetworkBatch` reads what it writes.
 * @param how `together`: at the same time, for scripts that mostly wait; what each writes is then no longer than 3 KiB, or lines get mixed up.
 */
export function networkBatch(
  scripts: readonly NetworkScript[],
  how: 'one after the other' | 'together' = 'one after the other',
): string {
  const [amid, end] = how === 'together' ? [' &', 'wait\n'] : ['', ''];
  const calls = scripts.map(
    ({ pid, address, script }, index) =>
      `inside ${index} ${pid} ${address} <<'SCRIPT'${amid}\n${findInterface}${script}\nSCRIPT\n`,
  );
  return prelude + calls.join('') + end;
}

/** Outcomes in the order of the scripts. One that the output does not name has failed. */
export function parseNetworkBatch(output: string, count: number): ScriptOutcome[] {
  const outcomes: ScriptOutcome[] = Array.from({ length: count }, () => ({
    kind: 'failed',
    said: 'the helper gave no answer',
  }));
  for (const line of output.split('\n')) {
    const [, index, kind, said = ''] = /^(\d+) (done|gone|failed) ?(.*)$/.exec(line) ?? [];
    if (index === undefined || Number(index) >= count) continue;
    outcomes[Number(index)] =
      kind === 'gone' ? { kind } : { kind: kind === 'done' ? 'done' : 'failed', said: said.trim() };
  }
  return outcomes;
}
