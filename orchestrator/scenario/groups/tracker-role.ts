// A tracker: the directory in which peers, and clients that help each other, find one another.
import { z } from 'zod';
import { defaultPort, networkPort, type PeerService } from '../../../node-image/contract/common-variables.ts';
import { trackerEnvironment } from '../../../node-image/contract/tracker-environment.ts';
import { PEER_IMAGE } from '../../image-names.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { checkGroupName } from './check-group-name.ts';
import { commonFields, onlyNode } from './common-fields.ts';
import { fileBytesOf } from './files.ts';
import type { Files, GroupCommon } from './group-common.ts';
import { drainMsOf, type OtherGroups, type Role } from './role.ts';

/** A BitTorrent client with its buffers, and libp2p, take about 100 MiB. */
export const PEER_MEMORY_BYTES = 256 * 2 ** 20;

const schema = z
  .strictObject({
    role: z
      .literal('tracker')
      .describe('Introduces peers to each other: BitTorrent tracker and libp2p bootstrap.'),
    ...commonFields({
      image: `Image of your own tracker. Default: Topolab's own (${PEER_IMAGE}).`,
      memory: "Default: 256MiB for Topolab's own tracker, no limit of its own for other images.",
      port: defaultPort,
      ready: "Default: `http: /ready` for Topolab's own tracker, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own tracker, none for other images.",
      env: '',
    }),
    replicas: onlyNode('tracker'),
  })
  .meta({
    id: 'tracker',
    title: 'Tracker group',
    description: 'The directory in which peers find each other.',
  });

/** The directory: BitTorrent tracker and libp2p bootstrap node in one. */
export interface TrackerGroup extends GroupCommon {
  readonly role: 'tracker';
}

/** A group whose nodes may meet at a tracker. */
interface MeetingGroup extends GroupCommon {
  /** The tracker group; null = none. */
  readonly tracker: string | null;
  readonly files: Files;
  /** Of peers; the others share files alone. */
  readonly services?: readonly PeerService[];
  /** Of clients: whether they can become peers, which share events and records. */
  readonly switches?: boolean;
}

function mayMeet<Any extends GroupCommon>(group: Any): group is Any & MeetingGroup {
  return 'tracker' in group;
}

export const trackerRole: Role<typeof schema, TrackerGroup> = {
  name: 'tracker',
  schema,
  launched: 'directory',
  nodes: 'one',
  takesLoad: false,
  word: 'tracker',
  ownProgram: true,
  defaultImage: () => PEER_IMAGE,
  defaultMemoryBytes: () => PEER_MEMORY_BYTES,
  check: () => {},
  resolve: (_, common) => ({ ...common, role: 'tracker' }),
  listensOn: ({ port }) => [port, networkPort],
  container: (group, _, { groups }) => {
    if (group.foreignImage) return { env: {} };
    // It serves the files and services of all groups that name it.
    const served = groups.filter(mayMeet).filter(({ tracker }) => tracker === group.name);
    const services = new Set(served.flatMap(servicesOf));
    return {
      command: ['tracker'],
      env: trackerEnvironment.write({
        port: group.port,
        drainMs: drainMsOf(group),
        services: services.size === 0 ? ['files'] : [...services],
        files: fileBytesOf(...served.map(({ files }) => files)),
      }),
    };
  },
};

function servicesOf({ services, switches = false }: MeetingGroup): readonly PeerService[] {
  return services ?? (switches ? ['events', 'records'] : ['files']);
}

/** The only tracker group of a scenario; undefined where there is none, or more than one. */
export function onlyTracker(others: Pick<OtherGroups, 'groups'>): string | undefined {
  const [first, ...more] = trackerNames(others);
  return more.length === 0 ? first : undefined;
}

export function trackerNames({ groups }: Pick<OtherGroups, 'groups'>): string[] {
  return groups.filter(({ value }) => value.role === trackerRole.name).map(({ name }) => name);
}

/**
 * The tracker that is written, or that there is just one.
 * @param key the field by which the group came to need one
 */
export function checkTracker(
  group: { readonly tracker?: string | undefined },
  key: string,
  path: ProblemPath,
  others: OtherGroups,
  report: Report,
): void {
  if (group.tracker !== undefined) {
    checkGroupName(group.tracker, [trackerRole.name], [...path, 'tracker'], others, report);
    return;
  }
  // A group that could not be read may be the tracker.
  if (onlyTracker(others) !== undefined || others.groups.length < others.known.groups.length) return;
  const trackers = trackerNames(others);
  const advice =
    trackers.length > 0
      ? `write \`tracker\`: ${trackers.join(' or ')}`
      : 'write a group with `role: tracker`';
  report([...path, key], `needs a tracker${trackers.length > 0 ? ', and there are several' : ''}; ${advice}`);
}
