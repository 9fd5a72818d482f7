// Whom a fault on hosts hits: all nodes that are on some hosts. Which hosts there are, and which node is on which, only the run knows.
import { z } from 'zod';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import { MOST_REPLICAS } from '../../scenario/text/run-bounds.ts';
import { exactlyOne } from '../../scenario/text/exactly-one.ts';
import { name } from '../../scenario/text/names.ts';
import { share } from '../../scenario/text/quantities.ts';
import type { ChosenHosts, Target } from './target.ts';

/** Host names as hosts give them to themselves. */
const hostName = () =>
  z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/, {
    error: 'is not the name of a host; write what `docker node ls` calls it, for example box2',
  });

export function hostTargetFields() {
  return {
    hosts: z
      .array(hostName())
      .min(1)
      .max(MOST_REPLICAS)
      .optional()
      .describe('Hosts by name, as `docker node ls` shows them: `[box2, box3]`.'),
    zone: name().optional().describe('All hosts whose label `zone` says this.'),
    count: z
      .int()
      .min(1)
      .max(MOST_REPLICAS)
      .optional()
      .describe('So many hosts, drawn by the seed; all of them if there are fewer.'),
    share: share('50%')
      .optional()
      .describe('A share of the hosts, drawn by the seed, rounded up to whole ones.'),
  };
}

export interface WrittenHostTarget {
  readonly hosts?: readonly string[] | undefined;
  readonly zone?: string | undefined;
  readonly count?: number | undefined;
  readonly share?: number | undefined;
}

const oneChoice = exactlyOne('hosts', 'zone', 'count', 'share');

/** Of a schema with these fields. */
export const hostTargetMeta = oneChoice.meta;

/** For `superRefine`. */
export function checkHostTarget(target: WrittenHostTarget, context: z.RefinementCtx): void {
  oneChoice.check(target, context);
  if (target.share === 0)
    context.addIssue({
      code: 'custom',
      path: ['share'],
      message: 'is a share of no host; write more than 0%',
    });
}

export function resolveHostTarget(written: WrittenHostTarget, { groups }: WrittenGroups): Target {
  return { groups: groups.map(({ name: group }) => group), who: { kind: 'hosts', hosts: chosen(written) } };
}

function chosen({ hosts, zone, count, share: part }: WrittenHostTarget): ChosenHosts {
  if (hosts !== undefined) return { kind: 'names', names: [...new Set(hosts)] };
  if (zone !== undefined) return { kind: 'zone', zone };
  return part === undefined ? { kind: 'count', count: count ?? 1 } : { kind: 'share', share: part };
}
