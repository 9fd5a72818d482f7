// Whom a fault hits, in words: `2 of peers, the newest`, `the tracker`, `25 % of servers, at random`.
import { listNodes } from './list-nodes.ts';
import type { ChosenHosts, Target, TargetRule } from './target.ts';

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
      return `${percentOf(who.share)} of ${where}, ${WHOM[who.rule]}`;
    case 'hosts':
      return describeHosts(who.hosts);
  }
}

function describeHosts(chosen: ChosenHosts): string {
  switch (chosen.kind) {
    case 'names':
      return `${chosen.names.length === 1 ? 'host' : 'hosts'} ${listNodes(chosen.names)}`;
    case 'zone':
      return `all hosts of zone ${chosen.zone}`;
    case 'count':
      return chosen.count === 1 ? 'a host at random' : `${chosen.count} hosts at random`;
    case 'share':
      return `${percentOf(chosen.share)} of the hosts, at random`;
  }
}

function percentOf(share: number): string {
  return `${Math.round(share * 1e4) / 100}%`;
}
