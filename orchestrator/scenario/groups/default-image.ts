// Which image a group runs, and whether it is one of ours: much of what a group has by default hangs on that.
import { HAPROXY_IMAGE, NODE_IMAGE, PEER_IMAGE, POSTGRES_IMAGE } from '../../images/image-names.ts';
import type { CheckedGroup } from './group-schema.ts';

/** The image of a group that names none. */
export function defaultImage(group: CheckedGroup): string {
  switch (group.role) {
    case 'server':
      return NODE_IMAGE;
    case 'client':
      return group.helps ? PEER_IMAGE : NODE_IMAGE;
    case 'peer':
    case 'tracker':
      return PEER_IMAGE;
    case 'balancer':
      return HAPROXY_IMAGE;
    case 'store':
      return POSTGRES_IMAGE;
  }
}

/** True where Topolab's own node program runs: it says when it is ready, and has metrics. */
export function isOwnProgram(group: CheckedGroup): boolean {
  return group.role !== 'balancer' && group.role !== 'store' && !isForeign(group);
}

/** True where the user brings an image of their own. */
export function isForeign(group: CheckedGroup): boolean {
  return group.image !== undefined && group.image !== defaultImage(group);
}
