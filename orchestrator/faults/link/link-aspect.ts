// A node's link as a side of it that faults change, and that the scenario gives its group from the start; and how far other nodes are.
import { isDeepStrictEqual } from 'node:util';
import type { Distance, Link } from '../../scenario/groups/group.ts';
import { UNSHAPED } from '../../scenario/groups/resolve-link.ts';
import { writeDuration } from '../../scenario/text/units.ts';
import type { Aspect, OtherNode } from '../kind/aspect.ts';
import type { FaultHost } from '../kind/fault-host.ts';
import type { DelayRoute } from './delay-script.ts';
import type { DelayWay } from './delay-way.ts';
import { delayWayOf } from './link-needs.ts';
import { linkLookScript, linkSighting } from './link-look.ts';
import { linkScript, routeScript } from './link-script.ts';

/** Nodes from which packets take longer, by name. */
interface Far {
  readonly nodes: readonly string[];
  readonly delayMs: number;
  readonly jitterMs: number;
}

export interface Shape {
  /** null = not shaped. */
  readonly link: Link | null;
  /** Zones of which it is not known yet who stands there. */
  readonly distances: readonly Distance[];
  readonly far: readonly Far[];
}

export const linkAspect: Aspect<Shape> = {
  name: 'link',
  fresh: { link: null, distances: [], far: [] },
  // All that it is asked goes over its link.
  from: 'launch',
  entersNetwork: true,
  ofGroup: ({ link, distances }) => ({ link, distances, far: [] }),
  among: {
    matters: ({ distances }) => distances.length > 0,
    stateAmong: ({ link, distances }, others) => ({
      link,
      distances: [],
      far: distances.map((distance) => farIn(distance, others)).filter(({ nodes }) => nodes.length > 0),
    }),
  },
  apply(host, node, wanted, before) {
    const delayBy = delayWayOn(host);
    const routes = routesTo(wanted, host);
    // Whoever comes or goes changes no node's link: what waits there is left alone.
    const script = isDeepStrictEqual(before?.link, wanted.link)
      ? routeScript(wanted.link, delayBy, routes)
      : linkScript(wanted.link, delayBy, routes);
    return host.inNetwork(node, script, 'shape the link');
  },
  async look(host, node, wanted) {
    const output = await host.lookInNetwork(node, linkLookScript(wanted.link, host.witness));
    return linkSighting(wanted.link, delayWayOn(host), output, wanted.far.length > 0);
  },
  problem({ link }) {
    if (link === null || link.jitterMs <= link.delayMs) return undefined;
    const leaves = `leaves a jitter of ${writeDuration(link.jitterMs)} on a delay of ${writeDuration(link.delayMs)}`;
    return `${leaves}; write both, the jitter no longer than the delay`;
  },
};

function delayWayOn(host: FaultHost): DelayWay {
  return delayWayOf((feature) => host.lacks(feature)) ?? 'netem';
}

function farIn({ zone, delayMs, jitterMs }: Distance, others: readonly OtherNode[]): Far {
  const nodes = others.filter((other) => other.zone === zone).map(({ name }) => name);
  return { nodes: nodes.toSorted(), delayMs, jitterMs };
}

/** What comes from far away waits for the distance, and then for the link as everything does. */
function routesTo({ link, far }: Shape, host: FaultHost): DelayRoute[] {
  const { delayMs: own, jitterMs: ownJitter } = link ?? UNSHAPED;
  return far.flatMap(({ nodes, delayMs, jitterMs }) =>
    host
      .addressesOf(nodes)
      .map((source) => ({ source, delayMs: own + delayMs, jitterMs: ownJitter + jitterMs })),
  );
}

/** The link after a change that names only what it changes; null where nothing was shaped and nothing is. */
export function changedLink(before: Link | null, change: Partial<Link>): Link | null {
  const after = { ...UNSHAPED, ...before, ...change };
  return before === null && shapesNothing(after) ? null : after;
}

function shapesNothing(link: Link): boolean {
  return JSON.stringify(link) === JSON.stringify(UNSHAPED);
}
