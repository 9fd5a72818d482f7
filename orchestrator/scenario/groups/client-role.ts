// Clients: each answers its user by asking the servers over its own link. Those that help share files with each other too (hybrid).
import { z } from 'zod';
import { clientEnvironment } from '../../../node-image/contract/client-environment.ts';
import { defaultPort } from '../../../node-image/contract/common-variables.ts';
import { NODE_IMAGE, PEER_IMAGE } from '../../image-names.ts';
import type { Entry, NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { name } from '../text/written-values.ts';
import { baseUrlOf } from './base-url.ts';
import { balancedGroups, balancerRole, isBalancer } from './balancer-role.ts';
import { checkGroupName } from './check-group-name.ts';
import { commonFields, manyNodes, ownVersion } from './common-fields.ts';
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
import { checkTracker, onlyTracker, PEER_MEMORY_BYTES } from './tracker-role.ts';

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
    tracker: name()
      .optional()
      .describe("The tracker group, with `helps`. Default: the scenario's only tracker group."),
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
  /** The tracker group; never null with `helps`, always null without. */
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
  defaultImage: ({ helps }) => (helps ? PEER_IMAGE : NODE_IMAGE),
  defaultMemoryBytes: ({ helps }) => (helps ? PEER_MEMORY_BYTES : SERVER_MEMORY_BYTES),
  check,
  resolve: (group, common, others) => ({
    ...common,
    role: 'client',
    asks: group.asks,
    helps: group.helps,
    enrolment: resolveEnrolment(group.enrolment),
    tracker: group.helps ? (group.tracker ?? onlyTracker(others) ?? null) : null,
    // All behind a balancer have the same.
    files: resolveFiles(serversAsked(group, others)[0]?.value.files ?? {}),
  }),
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
  if (!group.helps) {
    if (group.tracker !== undefined)
      report([...path, 'tracker'], 'belongs to `helps: true`; write that too, or leave this out', 'key');
    return;
  }
  checkTracker(group, 'helps', path, others, report);
  for (const servers of serversAsked(group, others)) checkHelped(group, servers, path, others, report);
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
    ...(group.tracker !== null && { tracker: group.tracker }),
  };
  return {
    command: ['client'],
    env: clientEnvironment.write({ ...told, ...sharing }),
  };
}
