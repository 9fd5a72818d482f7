// Peers: each answers its user with the peer-to-peer network, without servers.
import { z } from 'zod';
import { defaultPort, networkPort, type PeerService } from '../../../node-image/contract/common-variables.ts';
import { peerEnvironment } from '../../../node-image/contract/peer-environment.ts';
import { PEER_IMAGE } from '../../image-names.ts';
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { name } from '../text/names.ts';
import { commonFields, filesField, manyNodes, ownVersion, recordReplicasField } from './common-fields.ts';
import { fileBytesOf, resolveFiles } from './files.ts';
import { type Enrolment, enrolmentSchema, resolveEnrolment } from './enrolment-schema.ts';
import type { Files, GroupCommon } from './group-common.ts';
import { type ContainerContext, drainMsOf, type OtherGroups, type Role, type RoleContainer } from './role.ts';
import { checkTracker, onlyTracker, PEER_MEMORY_BYTES, trackerNames } from './tracker-role.ts';

const schema = z
  .strictObject({
    role: z.literal('peer').describe('Answers its user with the peer-to-peer network.'),
    ...commonFields({
      image: `Image of your own peer. Default: Topolab's own (${PEER_IMAGE}).`,
      memory:
        "Default: 256MiB for Topolab's own peer, no limit of its own for other images. A peer gets the size of its files in addition.",
      port: defaultPort,
      ready: "Default: `http: /ready` for Topolab's own peer, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own peer, none for other images.",
      env: '',
    }),
    ...manyNodes,
    ...ownVersion,
    discovery: z
      .enum(['directory', 'broadcast'])
      .optional()
      .describe(
        'How peers find each other: `directory` (a tracker introduces them) or `broadcast` (multicast in the local network). Default: directory if the scenario has a tracker group, else broadcast.',
      ),
    tracker: name()
      .optional()
      .describe("The tracker group, with `directory`. Default: the scenario's only tracker group."),
    files: filesField().describe(
      'Files of the network: name → size; the content is derived from the name. Seeders have them from the start.',
    ),
    seeders: z
      .int()
      .min(0)
      .max(MOST_REPLICAS)
      .optional()
      .describe(
        'Number of nodes, from the first, that have all files from the start, 0 to `replicas`. Default: 1 with `files`, else 0.',
      ),
    enrolment: enrolmentSchema
      .optional()
      .describe(
        "New peers need an invitation by any member. Only for Topolab's own. Default: nobody needs one.",
      ),
    services: z
      .array(z.enum(['files', 'events', 'records']))
      .max(3)
      .optional()
      .describe(
        'What peers offer: `files` (BitTorrent), `events` and `records` (libp2p). Default: files with `files`, else events and records.',
      ),
    recordReplicas: recordReplicasField().describe(
      'How many peers hold each record, 1 to 20: all but one of them may be lost at once. Only with the service `records`. Default: 3.',
    ),
  })
  .meta({
    id: 'peer',
    title: 'Peer group',
    description: 'Nodes that answer their user together, without servers.',
  });

export type CheckedPeer = z.output<typeof schema>;

/** Answers its user with the peer-to-peer network. */
export interface PeerGroup extends GroupCommon {
  readonly role: 'peer';
  /** How peers find each other: through the tracker, or by multicast in the local network. */
  readonly discovery: 'directory' | 'broadcast';
  /** The tracker group: BitTorrent tracker and libp2p bootstrap. Never null with `directory`, always null with `broadcast`. */
  readonly tracker: string | null;
  /** The first `seeders` nodes of the group hold all files from the start. */
  readonly seeders: number;
  /** Files of the network that this group's peers know of. */
  readonly files: Files;
  /** null = nobody needs an invitation. */
  readonly enrolment: Enrolment | null;
  /** What the peers offer; libp2p is loaded only for events and records. */
  readonly services: readonly PeerService[];
  /** Peers that hold each record; null = as many as the program does by itself. */
  readonly recordReplicas: number | null;
}

export const peerRole: Role<typeof schema, PeerGroup> = {
  name: 'peer',
  schema,
  launched: 'network',
  nodes: 'many',
  takesLoad: true,
  ownProgram: true,
  defaultImage: () => PEER_IMAGE,
  defaultMemoryBytes: () => PEER_MEMORY_BYTES,
  check,
  resolve: (group, common, others) => ({
    ...common,
    role: 'peer',
    discovery: discoveryOf(group, others),
    tracker:
      discoveryOf(group, others) === 'directory' ? (group.tracker ?? onlyTracker(others) ?? null) : null,
    seeders: seedersOf(group),
    enrolment: resolveEnrolment(group.enrolment),
    files: resolveFiles(group.files),
    services: servicesOf(group),
    recordReplicas: group.recordReplicas ?? null,
  }),
  // BitTorrent takes any free port.
  listensOn: ({ port, services }) => (services.includes('files') ? undefined : [port, networkPort]),
  exchanges: ({ services }) => [
    ...(services.includes('files') ? ['files' as const] : []),
    ...(services.some((service) => service !== 'files') ? ['messages' as const] : []),
  ],
  container,
};

export function seedersOf({ seeders, files, replicas }: CheckedPeer): number {
  return seeders ?? (Object.keys(files).length > 0 ? Math.min(1, replicas) : 0);
}

/** Names of the nodes that hold all files from the start. */
export function seederNames({ name, seeders }: PeerGroup): string[] {
  return Array.from({ length: seeders }, (_, index) => `${name}-${index + 1}`);
}

function discoveryOf(group: CheckedPeer, others: OtherGroups): 'directory' | 'broadcast' {
  const named = group.tracker !== undefined || trackerNames(others).length > 0;
  return group.discovery ?? (named ? 'directory' : 'broadcast');
}

function servicesOf({ services, files }: CheckedPeer): readonly PeerService[] {
  return services ?? (Object.keys(files).length > 0 ? ['files'] : ['events', 'records']);
}

function check({ path, value: group }: Entry<CheckedPeer>, others: OtherGroups, report: Report): void {
  if (discoveryOf(group, others) === 'directory') checkTracker(group, 'discovery', path, others, report);
  else if (group.tracker !== undefined)
    report([...path, 'tracker'], 'belongs to `discovery: directory`; write that, or leave this out', 'key');

  const seeders = seedersOf(group);
  const files = Object.keys(group.files).length;
  if (seeders > group.replicas)
    report([...path, 'seeders'], `is more than the ${group.replicas} nodes; write ${group.replicas} or less`);
  if (seeders > 0 && files === 0)
    report([...path, 'seeders'], 'there are no files to seed; write `files` too, or leave this out');
  const services = servicesOf(group);
  if (services.includes('files') && files === 0)
    report([...path, 'services'], 'has files, but none are declared; write `files: { NAME: SIZE }`');
  if (services.length > 0 && !services.includes('files') && files > 0)
    report([...path, 'services'], 'has no files, but some are declared; add files, or leave out `files`');
  if (group.recordReplicas !== undefined && !services.includes('records'))
    report(
      [...path, 'recordReplicas'],
      'peers keep no records; add records to `services`, or leave this out',
    );
  if (group.enrolment !== undefined && services.length > 0 && services.every((each) => each === 'files'))
    report(
      [...path, 'enrolment'],
      'is for the network of events and records, and files alone are exchanged with anybody; add one of these to `services`, or leave this out',
      'key',
    );
  if (services.length === 0)
    report([...path, 'services'], 'is empty; write at least one of files, events, records');
  if (new Set(services).size < services.length)
    report([...path, 'services'], 'has one of them twice; write each once');
}

function container(
  group: PeerGroup,
  node: string,
  { swarmNeighbours, accessOf, enrolmentKey, invitation }: ContainerContext,
): RoleContainer {
  const told = {
    services: group.services,
    files: fileBytesOf(group.files),
    ...(group.tracker !== null && { tracker: group.tracker }),
    seeder: seederNames(group).includes(node),
    ...(group.services.includes('files') && { swarmNeighbours }),
    ...(group.recordReplicas !== null && { recordReplicas: group.recordReplicas }),
  };
  // Whoever knows a tracker has no need of broadcast: Topolab's own peers are told no more than that.
  if (group.foreignImage) return { env: { ...peerEnvironment.write(told), DISCOVERY: group.discovery } };
  return {
    command: ['peer'],
    env: peerEnvironment.write({
      ...told,
      port: group.port,
      version: group.version,
      drainMs: drainMsOf(group),
      access: accessOf(group.name),
      ...(enrolmentKey !== undefined && { enrolmentKey }),
      ...(invitation && { invitation: invitation.token, invitedBy: invitation.by }),
    }),
  };
}
