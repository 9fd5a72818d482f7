// A node's link as a side of it that faults change, and that the scenario gives its group from the start.
import type { Link } from '../../scenario/groups/group.ts';
import { UNSHAPED } from '../../scenario/groups/resolve-link.ts';
import { writeDuration } from '../../scenario/text/units.ts';
import type { Aspect } from '../kind/aspect.ts';
import { delayWayOf } from './link-needs.ts';
import { linkLookScript, linkSighting } from './link-look.ts';
import { linkScript } from './link-script.ts';

/** null = not shaped. */
export const linkAspect: Aspect<Link | null> = {
  name: 'link',
  fresh: null,
  // All that it is asked goes over its link.
  from: 'launch',
  entersNetwork: true,
  ofGroup: ({ link }) => link,
  apply(host, node, wanted) {
    const delayBy = delayWayOf((feature) => host.lacks(feature)) ?? 'netem';
    return host.inNetwork(node, linkScript(wanted, delayBy), 'shape the link');
  },
  async look(host, node, wanted) {
    const delayBy = delayWayOf((feature) => host.lacks(feature)) ?? 'netem';
    const output = await host.lookInNetwork(node, linkLookScript(wanted, host.witness));
    return linkSighting(wanted, delayBy, output);
  },
  problem(link) {
    if (link === null || link.jitterMs <= link.delayMs) return undefined;
    const leaves = `leaves a jitter of ${writeDuration(link.jitterMs)} on a delay of ${writeDuration(link.delayMs)}`;
    return `${leaves}; write both, the jitter no longer than the delay`;
  },
};

/** The link after a change that names only what it changes; null where nothing was shaped and nothing is. */
export function changedLink(before: Link | null, change: Partial<Link>): Link | null {
  const after = { ...UNSHAPED, ...before, ...change };
  return before === null && shapesNothing(after) ? null : after;
}

function shapesNothing(link: Link): boolean {
  return JSON.stringify(link) === JSON.stringify(UNSHAPED);
}
