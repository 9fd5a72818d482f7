// Clients: each answers its user by asking the servers over its own link. Those that help share files with each other too (hybrid).
import { z } from 'zod';
import { clientEnvironment } from '../../../node-image/contract/client-environment.ts';
import { defaultPort, networkPort } from '../../../node-image/contract/common-variables.ts';
import { switchingEnvironment } from '../../../node-image/contract/switching-environment.ts';
import { NODE_IMAGE, PEER_IMAGE } from '../../image-names.ts';
import type { Entry, NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { name } from '../text/names.ts';
import { baseUrlOf } from './base-url.ts';
import { balancedGroups, balancerRole, isBalancer } from './balancer-role.ts';
import { checkGroupName } from './check-group-name.ts';
import { commonFields, manyNodes, ownVersion, recordReplicasField } from './common-fields.ts';
import { fileBytesOf, resolveFiles } from './files.ts';
import { type Enrolment, enrolmentSchema, resolveEnrolment } from './enrolment-schema.ts';
import type { Files, GroupCommon } from './group-common.ts';
import {
  type ContainerContext,
  drainMsOf,
  hasForeignImage,
  type OtherGroups,
  type Role,
  type RoleContainer,
} from './role.ts';
import { type CheckedServer, SERVER_MEMORY_BYTES, serverRole } from './server-role.ts';
import { checkTracker, onlyTracker, PEER_MEMORY_BYTES, trackerNames, trackerRole } from './tracker-role.ts';

const schema = z
  .strictObject({
    role: z.literal('client').describe('Answers its user with the help of the servers, over its own link.'),
    ...commonFields({
      image: `Image of your own client. Default: Topolab's own (${NODE_IMAGE}; ${PEER_IMAGE} with \`helps\`).`,
      memory:
        "Default: 128MiB for Topolab's own client (256MiB with `helps`), no limit of its own for other images. A client that helps gets the size of its files in addition.",
      port: defaultPort,
      ready: "Default: `http: /ready` for Topolab's own client, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own client, none for other images.",
      env: '',
    }),
    ...manyNodes,
    ...ownVersion,
    asks: name().describe('The server or balancer group that it asks.'),
    helps: z
      .boolean()
      .prefault(false)
      .describe('Hybrid: clients also exchange pieces of files with each other; needs a tracker.'),
    enrolment: enrolmentSchema
      .optional()
      .describe(
        "New clients need an invitation by an administrator, and servers serve only enrolled ones. Only for Topolab's own, without `helps`. Default: nobody needs one.",
      ),
    switches: z
      .boolean()
      .prefault(false)
      .describe(
        "`switch` of the timeline can make peers of these clients, and clients of them again; they offer events and records. Only for Topolab's own, without `helps` and `enrolment`.",
      ),
    recordReplicas: recordReplicasField().describe(
      'With `switches`: how many of the nodes hold each record while they are peers, 1 to 20. Default: 3.',
    ),
    tracker: name()
      .optional()
      .describe(
        "The tracker group, with `helps` or `switches`. Default: the scenario's only tracker group; with `switches` and without one, nodes find each other by multicast.",
      ),
  })
  .meta({
    id: 'client',
    title: 'Client group',
    description: 'Nodes that answer their user by asking servers.',
  });

export type CheckedClient = z.output<typeof schema>;

/** Answers its user by asking the servers. */
export interface ClientGroup extends GroupCommon {
  readonly role: 'client';
  /** The server or balancer group it asks. */
  readonly asks: string;
  /** Hybrid: also exchanges pieces of files with other clients; the servers seed over HTTP and the tracker introduces. */
  readonly helps: boolean;
  /** Whether it can become a group of peers and clients again: its nodes then run another program from the start. */
  readonly switches: boolean;
  /** Nodes that hold each record while they are peers; null = as many as the program does by itself, or no peers. */
  readonly recordReplicas: number | null;
  /** The tracker group; never null with `helps`, always null without that and `switches`. */
  readonly tracker: string | null;
  /** null = nobody needs an invitation. */
  readonly enrolment: Enrolment | null;
  /** Files it may ask for: those of the servers that it asks. */
  readonly files: Files;
}

export const clientRole: Role<typeof schema, ClientGroup> = {
  name: 'client',
  schema,
  launched: 'users',
  nodes: 'many',
  takesLoad: true,
  ownProgram: true,
  defaultImage: ({ helps, switches }) => (helps || switches ? PEER_IMAGE : NODE_IMAGE),
  defaultMemoryBytes: ({ helps, switches }) => (helps || switches ? PEER_MEMORY_BYTES : SERVER_MEMORY_BYTES),
  check,
  resolve: (group, common, others) => ({
    ...common,
    role: 'client',
    asks: group.asks,
    helps: group.helps,
    enrolment: resolveEnrolment(group.enrolment),
    switches: group.switches,
    recordReplicas: group.recordReplicas ?? null,
    tracker: group.helps || group.switches ? (group.tracker ?? onlyTracker(others) ?? null) : null,
    // All behind a balancer have the same.
    files: resolveFiles(serversAsked(group, others)[0]?.value.files ?? {}),
  }),
  listensOn: ({ port, helps, switches }) =>
    // BitTorrent takes any free port.
    helps ? undefined : switches ? [port, networkPort] : [port],
  exchanges: ({ helps }) => (helps ? ['files'] : []),
  container,
};

/** Through a balancer or not. */
function serversAsked({ asks }: CheckedClient, others: OtherGroups): NamedEntry<CheckedServer>[] {
  const asked = others.groups.find(({ name }) => name === asks)?.value;
  return balancedGroups(
    { balances: asked !== undefined && isBalancer(asked) ? asked.balances : [asks] },
    others,
  );
}

function check({ path, value: group }: Entry<CheckedClient>, others: OtherGroups, report: Report): void {
  checkGroupName(group.asks, [serverRole.name, balancerRole.name], [...path, 'asks'], others, report);
  checkSwitching(group, path, others, report);
  if (!group.helps) {
    if (group.switches) return;
    if (group.tracker !== undefined)
      report([...path, 'tracker'], 'belongs to `helps: true`; write that too, or leave this out', 'key');
    return;
  }
  if (hasForeignImage(group, clientRole))
    report([...path, 'helps'], "only Topolab's own client has it; leave out this or `image`", 'key');
  checkTracker(group, 'helps', path, others, report);
  for (const servers of serversAsked(group, others)) checkHelped(group, servers, path, others, report);
}

/** Whether they can become peers, and everything that they were told by servers can move along. */
function checkSwitching(
  group: CheckedClient,
  path: Entry<unknown>['path'],
  others: OtherGroups,
  report: Report,
): void {
  if (!group.switches) {
    if (group.recordReplicas !== undefined)
      report(
        [...path, 'recordReplicas'],
        'belongs to `switches: true`; write that too, or leave this out',
        'key',
      );
    return;
  }
  if (group.tracker !== undefined)
    checkGroupName(group.tracker, [trackerRole.name], [...path, 'tracker'], others, report);
  else if (trackerNames(others).length > 1)
    report(
      [...path, 'switches'],
      `needs to know which tracker; write \`tracker\`: ${trackerNames(others).join(' or ')}`,
    );
  const refuse = (why: string) => report([...path, 'switches'], why);
  if (group.image !== undefined && group.image !== PEER_IMAGE)
    refuse("only Topolab's own clients become peers; leave out this or `image`");
  if (group.helps) refuse('does not go with `helps`: files do not move along; leave out one of them');
  if (group.enrolment !== undefined)
    refuse('does not go with `enrolment`: invitations do not move along; leave out one of them');
  if (group.churn !== undefined)
    refuse('does not go with `churn`: who joins would not know which way to serve; leave out one of them');
  for (const { name, value } of serversAsked(group, others)) {
    if (hasForeignImage(value, serverRole))
      refuse(`needs servers of Topolab's own, but "${name}" has an image; leave out one of them`);
    else if (value.store === undefined)
      refuse(
        `"${name}" keeps records in each server's own memory, from which they can't move; give it a \`store\``,
      );
    if (Object.keys(value.files).length > 0)
      refuse(`"${name}" has files, and files do not move along; leave out one of them`);
  }
}

/** Whether clients can help each other with the files of these servers. */
function checkHelped(
  group: CheckedClient,
  servers: NamedEntry<CheckedServer>,
  path: Entry<unknown>['path'],
  others: OtherGroups,
  report: Report,
): void {
  const tracker = group.tracker ?? onlyTracker(others);
  if (hasForeignImage(servers.value, serverRole)) {
    const message = `needs servers of Topolab's own, but "${servers.name}" has an image; leave out \`helps\``;
    report([...path, 'helps'], message);
  } else if (servers.value.tracker === undefined) {
    const advice = `write \`tracker: ${tracker ?? 'NAME'}\` in group "${servers.name}"`;
    report([...path, 'helps'], `needs servers that make torrents of their files; ${advice}`);
  } else if (tracker !== undefined && servers.value.tracker !== tracker) {
    const message = `"${servers.name}" uses tracker "${servers.value.tracker}"; write the same for both`;
    report([...path, 'tracker'], message);
  }
}

function container(
  group: ClientGroup,
  _: string,
  { groups, swarmNeighbours, accessOf, invitation }: ContainerContext,
): RoleContainer {
  const asks = baseUrlOf(group.asks, groups);
  if (group.foreignImage) return { env: clientEnvironment.write({ asks }) };
  const { tracker, recordReplicas } = group;
  if (group.switches)
    return {
      command: ['switching'],
      env: switchingEnvironment.write({
        asks,
        port: group.port,
        version: group.version,
        drainMs: drainMsOf(group),
        ...(tracker !== null && { tracker }),
        ...(recordReplicas !== null && { recordReplicas }),
      }),
    };
  const told = {
    asks,
    port: group.port,
    version: group.version,
    drainMs: drainMsOf(group),
    access: accessOf(group.name),
    ...(invitation && { invitation: invitation.token }),
  };
  if (!group.helps) return { command: ['client'], env: clientEnvironment.write(told) };
  const files = fileBytesOf(group.files);
  const sharing = {
    helps: true,
    files,
    swarmNeighbours,
    ...(tracker !== null && { tracker }),
  };
  return {
    command: ['client'],
    env: clientEnvironment.write({ ...told, ...sharing }),
  };
}
