// Rules by which no packet reaches a node over the network of the run, or none leaves it. Pure.
import type { Chain } from './firewall.ts';

/** What a node is cut off from. */
export interface CutOff {
  readonly in: boolean;
  readonly out: boolean;
}

/** @param except addresses with which it still exchanges packets. Default: none. */
export function cutOffChains(
  { in: arriving, out: leaving }: CutOff,
  except: readonly string[] = [],
): Chain[] {
  const pass = (field: string) => (except.length === 0 ? [] : [`${field} { ${except.join(', ')} } accept`]);
  return [
    {
      hook: 'input',
      rules: arriving ? [...pass('iifname "$dev" ip saddr'), 'iifname "$dev" counter drop'] : [],
    },
    {
      hook: 'output',
      rules: leaving ? [...pass('oifname "$dev" ip daddr'), 'oifname "$dev" counter drop'] : [],
    },
  ];
}
