// What people write under `groups`: one schema for each role, told apart by `role`.
import { z } from 'zod';
import { HAPROXY_IMAGE, NODE_IMAGE, PEER_IMAGE, POSTGRES_IMAGE } from '../../images/image-names.ts';
import { balancerFields } from './balancer-schema.ts';
import { churnSchema } from './churn-schema.ts';
import { linkSchema } from './link-schema.ts';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { secrets } from './secret-schema.ts';
import {
  argument,
  capability,
  cpus,
  duration,
  environment,
  exactlyOne,
  image,
  memory,
  name,
  orUnlimited,
  portNumber,
  shown,
  size,
  urlPath,
} from '../text/written-values.ts';

/** Linux has no more process numbers. */
export const MOST_PIDS = 4_194_304;

const probes = exactlyOne('http', 'tcp', 'log', 'health');

const readySchema = z
  .strictObject({
    http: urlPath().optional().describe('Ready when this path answers with a 2xx status. Unit: URL path.'),
    port: portNumber().optional().describe("The port for `http`. Default: the group's `port`."),
    tcp: portNumber().optional().describe('Ready when this port takes connections.'),
    log: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Ready when a line of the log matches this JavaScript regular expression.'),
    health: z.literal(true).optional().describe("Ready when the image's own HEALTHCHECK says healthy."),
    timeout: duration({ min: '1s', max: '1h' })
      .prefault('60s')
      .describe('How long a node may take from its start, 1s to 1h; then the run ends with an error.'),
  })
  .superRefine(probes.check)
  .superRefine((ready, context) => {
    if (ready.port !== undefined && ready.http === undefined) {
      const message = 'belongs to `http`; write tcp: PORT to wait for a port';
      context.addIssue({ code: 'custom', path: ['port'], message });
    }
  })
  .meta({
    id: 'ready',
    title: 'Readiness',
    description: 'When a node counts as ready. Exactly one probe: `http`, `tcp`, `log` or `health`.',
    ...probes.meta,
  });

const metricsSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        port: portNumber().describe('Port of the exposition.'),
        path: urlPath().prefault('/metrics').describe('Path of the exposition.'),
      }),
    ],
    {
      error: ({ input }) =>
        `${shown(input)} says no place; write { port: 8080, path: /metrics }, or false for none`,
    },
  )
  .meta({
    id: 'metrics',
    title: 'Metrics',
    description: "Where a node's own Prometheus metrics are; `false` for nowhere.",
  });

interface RoleDefaults {
  readonly image: string;
  readonly memory: string;
  readonly port: number;
  readonly ready: string;
  readonly metrics: string;
  readonly env: string;
}

/** Fields that every role has; what differs is their defaults, which resolve-group.ts fills in. */
function commonFields(defaults: RoleDefaults) {
  return {
    image: image().optional().describe(defaults.image),
    cpus: orUnlimited(cpus())
      .optional()
      .describe(
        'CPU limit of each node in cores, 0.01 to 1024: 0.2 is a fifth of a core. Default: unlimited.',
      ),
    memory: orUnlimited(memory())
      .optional()
      .describe(
        `Memory limit of each node, 6MiB or more. ${defaults.memory} One without a limit of its own, or \`unlimited\`, gets no more than half of the host's memory.`,
      ),
    env: environment().prefault({}).describe(`Environment variables of each node. ${defaults.env}`.trim()),
    secrets: secrets(),
    capabilities: z
      .array(capability())
      .max(41)
      .prefault([])
      .describe(
        'Linux capabilities that the image needs beside the usual ones, such as NET_RAW for programs that make packets themselves. What it has by default: docs/security.md.',
      ),
    newPrivileges: z
      .boolean()
      .prefault(false)
      .describe(
        'Lets programs in the image get more rights than the one that starts them (setuid: sudo, su).',
      ),
    pids: orUnlimited(z.int().min(1).max(MOST_PIDS))
      .optional()
      .describe(
        "Most processes and threads of each node, 1 to 4194304. Default: 64 for Topolab's own programs, 4096 for other images.",
      ),
    command: z.array(argument()).min(1).optional().describe("Arguments in place of the image's own command."),
    ready: readySchema.optional().describe(`When a node counts as ready. ${defaults.ready}`),
    stopGrace: duration({ max: '1h', example: '10s' })
      .prefault('10s')
      .describe('Time from SIGTERM to SIGKILL when a node leaves, up to 1h.'),
    port: portNumber()
      .prefault(defaults.port)
      .describe('TCP port on which a node serves its users, 1 to 65535.'),
    metrics: metricsSchema
      .optional()
      .describe(`Where a node's own Prometheus metrics are. ${defaults.metrics}`),
    link: linkSchema.optional().describe("Shape of each node's network link. Default: not shaped."),
  };
}

/** Fields of groups that can have many nodes. */
const manyNodes = {
  replicas: z
    .int()
    .min(0)
    .max(MOST_REPLICAS)
    .prefault(1)
    .describe('Nodes at the start of the run, 0 to 500.'),
  churn: churnSchema.optional().describe('Nodes that come and go by themselves. Default: nodes stay.'),
};

const filesSchema = z
  .record(
    z.string().regex(/^[\w.-]+$/, { error: 'is not a file name; write letters, digits, dots, hyphens' }),
    size(),
  )
  .prefault({});

const onlyNode = (role: string) =>
  z
    .literal(1, { error: `a ${role} group has exactly one node; write 1 or leave it out` })
    .prefault(1)
    .describe(`Always 1: a ${role} is a single node.`);

const serverSchema = z
  .strictObject({
    role: z.literal('server').describe('Answers the users; can be scaled out, in, up and down.'),
    ...commonFields({
      image: `Image of your own system. Default: Topolab's own server (${NODE_IMAGE}).`,
      memory: "Default: 128MiB for Topolab's own server, none of its own for other images.",
      port: 8080,
      ready: "Default: `http: /ready` for Topolab's own server, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own server, none for other images.",
      env: '',
    }),
    ...manyNodes,
    requestCost: duration({ max: '1m', example: '4ms', fractional: true })
      .prefault('0ms')
      .describe(
        "CPU time (not wall-clock time) that each request costs, up to 1m. Only for Topolab's own server: at 4ms, a full core serves at most 250 requests a second.",
      ),
    store: name()
      .optional()
      .describe("The store group in which servers keep records. Default: each server's own memory."),
    files: filesSchema.describe(
      "Files that users can fetch: name → size. Only for Topolab's own server; content comes from the name.",
    ),
    tracker: name()
      .optional()
      .describe(
        "The tracker group that clients with `helps` meet at: servers make torrents of their files and seed them over HTTP. Only for Topolab's own server. Default: none.",
      ),
  })
  .meta({ id: 'server', title: 'Server group', description: 'Nodes that answer the users.' });

const clientSchema = z
  .strictObject({
    role: z.literal('client').describe('Answers its user by asking the servers, over its own link.'),
    ...commonFields({
      image: `Image of your own client. Default: Topolab's own (${NODE_IMAGE}; ${PEER_IMAGE} with \`helps\`).`,
      memory:
        "Default: 128MiB for Topolab's own client (256MiB with `helps`), none of its own for other images. The files of one that helps come on top.",
      port: 8080,
      ready: "Default: `http: /ready` for Topolab's own client, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own client, none for other images.",
      env: '',
    }),
    ...manyNodes,
    asks: name().describe('The server or balancer group that it asks.'),
    helps: z
      .boolean()
      .prefault(false)
      .describe('Hybrid: clients also exchange pieces of files with each other; needs a tracker.'),
    tracker: name()
      .optional()
      .describe("The tracker group, with `helps`. Default: the scenario's only tracker group."),
  })
  .meta({
    id: 'client',
    title: 'Client group',
    description: 'Nodes that answer their user by asking servers.',
  });

const peerSchema = z
  .strictObject({
    role: z.literal('peer').describe('Answers its user with the peer-to-peer network.'),
    ...commonFields({
      image: `Image of your own peer. Default: Topolab's own (${PEER_IMAGE}).`,
      memory:
        "Default: 256MiB for Topolab's own peer, none of its own for other images. Its files come on top.",
      port: 8080,
      ready: "Default: `http: /ready` for Topolab's own peer, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own peer, none for other images.",
      env: '',
    }),
    ...manyNodes,
    discovery: z
      .enum(['directory', 'broadcast'])
      .optional()
      .describe(
        'How peers find each other: `directory` (a tracker introduces them) or `broadcast` (multicast in the local network). Default: directory where the scenario has a tracker group, else broadcast.',
      ),
    tracker: name()
      .optional()
      .describe("The tracker group, with `directory`. Default: the scenario's only tracker group."),
    files: filesSchema.describe(
      'Files of the network: name → size; content comes from the name. Seeders hold them from the start.',
    ),
    seeders: z
      .int()
      .min(0)
      .max(MOST_REPLICAS)
      .optional()
      .describe(
        'The first nodes of the group that hold all files from the start, 0 to `replicas`. Default: 1 with `files`, else 0.',
      ),
    services: z
      .array(z.enum(['files', 'events', 'records']))
      .max(3)
      .optional()
      .describe(
        'What peers offer: `files` (BitTorrent), `events` and `records` (libp2p). Default: files with `files`, else events and records.',
      ),
  })
  .meta({
    id: 'peer',
    title: 'Peer group',
    description: 'Nodes that answer their user together, without servers.',
  });

const trackerSchema = z
  .strictObject({
    role: z
      .literal('tracker')
      .describe('Introduces peers to each other: BitTorrent tracker and libp2p bootstrap.'),
    ...commonFields({
      image: `Image of your own tracker. Default: Topolab's own (${PEER_IMAGE}).`,
      memory: "Default: 256MiB for Topolab's own tracker, none of its own for other images.",
      port: 8080,
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

const balancerSchema = z
  .strictObject({
    role: z.literal('balancer').describe('Spreads requests over the nodes of a server group.'),
    ...commonFields({
      image: `An HAProxy image. Default: ${HAPROXY_IMAGE}.`,
      memory: 'Default: none of its own.',
      port: 8080,
      ready: 'Default: `http: /metrics` on port 8404; 60s.',
      metrics: "Default: HAProxy's exporter, `{ port: 8404, path: /metrics }`.",
      env: '',
    }),
    replicas: onlyNode('balancer'),
    balances: name().describe('The server group it balances; it follows nodes as they join and leave.'),
    algorithm: z
      .enum(['roundrobin', 'leastconn'])
      .prefault('roundrobin')
      .describe('`roundrobin`: each server in turn; `leastconn`: the one with the fewest connections.'),
    ...balancerFields,
  })
  .meta({ id: 'balancer', title: 'Balancer group', description: 'An HAProxy in front of a server group.' });

const storeSchema = z
  .strictObject({
    role: z.literal('store').describe('A database that all servers share.'),
    ...commonFields({
      image: `Image of the database. Default: ${POSTGRES_IMAGE}.`,
      memory: 'Default: none of its own.',
      port: 5432,
      ready: 'Default: `tcp` on `port`; 60s.',
      metrics: 'Default: none.',
      env: 'The default image also gets POSTGRES_USER and POSTGRES_DB, both `topolab`, and a POSTGRES_PASSWORD that is new for every run.',
    }),
    replicas: onlyNode('store'),
  })
  .meta({ id: 'store', title: 'Store group', description: 'A database that servers keep records in.' });

export const groupSchema = z.discriminatedUnion('role', [
  serverSchema,
  clientSchema,
  peerSchema,
  trackerSchema,
  balancerSchema,
  storeSchema,
]);

export type CheckedGroup = z.output<typeof groupSchema>;
export type CheckedServer = z.output<typeof serverSchema>;
export type CheckedClient = z.output<typeof clientSchema>;
export type CheckedPeer = z.output<typeof peerSchema>;
export type CheckedBalancer = z.output<typeof balancerSchema>;
export type CheckedReady = z.output<typeof readySchema>;
