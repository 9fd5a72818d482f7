// Tries connections from inside a node's network, whatever its image: bash opens them for the helper that has entered it. Pure.

export interface Attempt {
  readonly address: string;
  readonly port: number;
}

/** Whether the other side's kernel answered: it accepted the connection or refused it. */
export type Outcome = 'connected' | 'refused' | 'silent';

/** A shell command that tries all at once and writes `10.0.0.2:1=refused` for each. */
export function tryConnections(attempts: readonly Attempt[], withinSeconds: number): string {
  return [
    'try() {',
    `  if said=$(timeout ${withinSeconds} bash -c ": <>/dev/tcp/$1/$2" 2>&1); then echo "$1:$2=connected"; return; fi`,
    '  case "$said" in *refused*) echo "$1:$2=refused" ;; *) echo "$1:$2=silent" ;; esac',
    '}',
    ...attempts.map(({ address, port }) => `try ${address} ${port} &`),
    'wait',
  ].join('\n');
}

/** Reads what `tryConnections` wrote, in the order of the attempts; an attempt of which it says nothing was not made. */
export function parseOutcomes(
  output: string | undefined,
  attempts: readonly Attempt[],
): (Outcome | undefined)[] {
  const seen = new Map(
    [...(output ?? '').matchAll(/(\S+)=(connected|refused|silent)\b/g)].map(([, to = '', outcome]) => [
      to,
      outcome as Outcome,
    ]),
  );
  return attempts.map(({ address, port }) => seen.get(`${address}:${port}`));
}
