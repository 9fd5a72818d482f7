// Hosts of a fault, once the run knows which there are. Pure.
import { countOf, draw } from './choose-nodes.ts';
import type { ChosenHosts } from './target.ts';

interface Candidate {
  readonly name: string;
  readonly zone: string | null;
}

/**
 * Names of hosts, none twice. Those that are not there are left out.
 * @param random uniform in [0, 1).
 */
export function chooseHosts(
  chosen: ChosenHosts,
  hosts: readonly Candidate[],
  random: () => number,
): string[] {
  const names = hosts.map(({ name }) => name);
  switch (chosen.kind) {
    case 'names':
      return names.filter((name) => chosen.names.includes(name));
    case 'zone':
      return hosts.filter(({ zone }) => zone === chosen.zone).map(({ name }) => name);
    case 'count':
      return draw(names, chosen.count, random);
    case 'share':
      return draw(names, countOf(chosen.share, names.length), random);
  }
}
