// Whom a fault hits, in words: `2 of peers, the newest`, `the tracker`, `25 % of servers, at random`.
import { listNodes } from './list-nodes.ts';
import type { Target, TargetRule } from './target.ts';

const WHOM: Readonly<Record<TargetRule, string>> = {
  random: 'at random',
  newest: 'the newest',
  oldest: 'the oldest',
  tracker: 'the tracker',
  'best-connected': 'the best-connected',
  seeder: 'the seeder',
};

export function describeTarget({ groups, who }: Target): string {
  const where = groups.length === 0 ? 'all peers' : groups.join(' and ');
  switch (who.kind) {
    case 'all':
      return where;
    case 'names':
      return listNodes(who.nodes);
    case 'count':
      return who.rule === 'tracker' ? 'the tracker' : `${who.count} of ${where}, ${WHOM[who.rule]}`;
    case 'share':
      return `${Math.round(who.share * 1e4) / 100}% of ${where}, ${WHOM[who.rule]}`;
  }
}
