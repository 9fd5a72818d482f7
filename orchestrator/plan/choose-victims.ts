// Whom a kill takes, as far as that is known beforehand.
import type { KillRule } from '../scenario/timeline/timeline.ts';
import type { Members } from './members.ts';

/** Present nodes that the rule chooses, fewer than `count` where there are fewer; undefined where only the run can tell. */
export function chooseVictims(
  rule: KillRule,
  count: number,
  { group, nodes }: Members,
  random: () => number,
): string[] | undefined {
  switch (rule) {
    case 'random':
      return draw(nodes, count, random);
    case 'newest':
      return nodes.slice(-count).toReversed();
    case 'oldest':
    case 'tracker':
      return nodes.slice(0, count);
    case 'seeder': {
      const seeders = group.role === 'peer' ? group.seeders : 0;
      const names = Array.from({ length: seeders }, (_, index) => `${group.name}-${index + 1}`);
      return names.filter((name) => nodes.includes(name)).slice(0, count);
    }
    case 'best-connected':
      return undefined;
  }
}

/** Each at most once. */
function draw(nodes: readonly string[], count: number, random: () => number): string[] {
  const left = [...nodes];
  return Array.from({ length: Math.min(count, nodes.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  ).flat();
}
