// Rules by which no packet reaches a node, or none leaves it: over the network of the run, and by the way out of it, which is another interface where
// that network is over several hosts. The observers' network, by which a balancer is told and measured, stays. Pure.
import type { Chain } from './firewall.ts';

/** What a node is cut off from. */
export interface CutOff {
  readonly in: boolean;
  readonly out: boolean;
}

/** @param except addresses in the network of the run with which it still exchanges packets. Default: none. */
export function cutOffChains(
  { in: arriving, out: leaving }: CutOff,
  except: readonly string[] = [],
): Chain[] {
  const dropAll = (interfaceField: string, addressField: string): string[] => [
    ...(except.length === 0
      ? []
      : [`${interfaceField} "$dev" ${addressField} { ${except.join(', ')} } accept`]),
    `${interfaceField} "$dev" counter drop`,
    `${interfaceField} "$gateway" counter drop`,
  ];
  return [
    { hook: 'input', rules: arriving ? dropAll('iifname', 'ip saddr') : [] },
    { hook: 'output', rules: leaving ? dropAll('oifname', 'ip daddr') : [] },
  ];
}
