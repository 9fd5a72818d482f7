// Target → nodes, as far as they can be known before the run. Pure.
import type { Group } from '../../scenario/groups/group.ts';
import { seederNames } from '../../scenario/groups/peer-role.ts';
import type { Target, TargetRule } from './target.ts';

/** A group and the nodes that it has, in the order in which they joined. */
export interface Candidates {
  readonly group: Group;
  readonly nodes: readonly string[];
  /** A node's place among the nodes of all groups, by join. */
  placeOf(node: string): number;
}

/**
 * @param candidates the target's groups.
 * @param random uniform in [0, 1).
 * @returns fewer than asked for where there are fewer; undefined where only the run can tell.
 */
export function chooseNodes(
  { who }: Target,
  candidates: readonly Candidates[],
  random: () => number,
): string[] | undefined {
  const nodes = candidates.flatMap((each) => each.nodes);
  switch (who.kind) {
    case 'all':
      return nodes;
    case 'names':
      return who.nodes.filter((name) => nodes.includes(name));
    case 'count':
      return byRule(who.rule, who.count, candidates, random);
    case 'share':
      return byRule(who.rule, countOf(who.share, nodes.length), candidates, random);
    case 'hosts':
      return undefined;
  }
}

/** A share of so many in whole ones: rounded up, so that a share of some is never nobody. */
export function countOf(share: number, nodes: number): number {
  // 0.07 × 100 is a little more than 7 in binary fractions.
  return Math.ceil(share * nodes - 1e-9);
}

function byRule(
  rule: TargetRule,
  count: number,
  candidates: readonly Candidates[],
  random: () => number,
): string[] | undefined {
  const nodes = candidates.flatMap((each) => each.nodes);
  switch (rule) {
    case 'random':
      return draw(nodes, count, random);
    case 'newest':
      return byJoin(candidates).toReversed().slice(0, count);
    case 'oldest':
    case 'tracker':
      return byJoin(candidates).slice(0, count);
    case 'seeder':
      return candidates.flatMap(seedersIn).slice(0, count);
    case 'best-connected':
      return undefined;
  }
}

function byJoin(candidates: readonly Candidates[]): string[] {
  return candidates
    .flatMap((each) => each.nodes.map((node) => ({ node, place: each.placeOf(node) })))
    .sort((a, b) => a.place - b.place)
    .map(({ node }) => node);
}

function seedersIn({ group, nodes }: Candidates): string[] {
  const names = group.role === 'peer' ? seederNames(group) : [];
  return names.filter((name) => nodes.includes(name));
}

/** Some by chance, each at most once. */
export function draw(nodes: readonly string[], count: number, random: () => number): string[] {
  const left = [...nodes];
  return Array.from({ length: Math.min(count, nodes.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  ).flat();
}
