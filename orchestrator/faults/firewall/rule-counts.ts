// How many packets the rules of a table have met since they were put there: the kernel's own word that a fault bites. Pure.
import { figureOf } from '../kind/figure-of.ts';

/** null = there is no rule on that hook. */
export interface RuleCounts {
  readonly input: number | null;
  readonly output: number | null;
}

/** A shell command that writes `input=3 output=-` for a table of `firewallScript`. */
export function countRules(table: string): string {
  const sums =
    '/chain /{c=$2} / counter packets /{for(i=1;i<NF;i++)if($i=="packets"){n[c]+=$(i+1);has[c]=1}}' +
    'END{print "input=" (has["input"]?n["input"]+0:"-"), "output=" (has["output"]?n["output"]+0:"-")}';
  return `{ nft list table inet ${table} 2>/dev/null || true; } | awk '${sums}'`;
}

/** Reads what `countRules` wrote; nothing where the node has gone. */
export function parseRuleCounts(output = ''): RuleCounts {
  return { input: figureOf('input', output), output: figureOf('output', output) };
}

/** `3 packets dropped on arrival, 1 on its way out`. @param done `dropped`, `refused`. */
export function sayRuleCounts({ input, output }: RuleCounts, done: string): string {
  const packets = (count: number): string => (count === 1 ? '1 packet' : `${count} packets`);
  if (input === null && output === null) return 'no rule';
  if (input === null) return `${packets(output ?? 0)} ${done} on the way out`;
  if (output === null) return `${packets(input)} ${done} on arrival`;
  return `${packets(input)} ${done} on arrival, ${packets(output)} on the way out`;
}
