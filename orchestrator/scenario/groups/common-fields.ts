// Fields that groups of every role have, as people write them.
import { z } from 'zod';
import { mostRecordReplicas, mostVersion } from '../../../node-image/contract/common-variables.ts';
import { mostFileBytes, mostFiles } from '../../../node-image/contract/file-sizes.ts';
import { buildSchema } from './build-schema.ts';
import { churnSchema } from './churn-schema.ts';
import { containerFields } from './container-schema.ts';
import { diskSchema } from './disk-schema.ts';
import { imageTerms } from './image-terms.ts';
import { linkSchema } from './link-schema.ts';
import { readySchema } from './ready-schema.ts';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { secrets } from './secret-schema.ts';
import { argument, capability, environment, image, portNumber } from '../text/container-values.ts';
import { names, name } from '../text/names.ts';
import { urlPath } from '../text/paths.ts';
import { cpus, duration, memory, orUnlimited, size } from '../text/quantities.ts';
import { shown } from '../text/shown.ts';

/** Linux has no more process numbers. */
export const MOST_PIDS = 4_194_304;

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
    description: "Where to scrape a node's own Prometheus metrics; `false` for not at all.",
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
export function commonFields(defaults: RoleDefaults) {
  return {
    image: image().optional().describe(defaults.image),
    ...imageTerms,
    build: buildSchema
      .optional()
      .describe(
        'Builds the image before the run, in place of `image`: a folder with a Dockerfile, or `{ context, dockerfile, text, target, args }`.',
      ),
    cpus: orUnlimited(cpus())
      .optional()
      .describe(
        'CPU limit of each node in cores, 0.01 to 1024: 0.2 is a fifth of a core. Default: unlimited.',
      ),
    memory: orUnlimited(memory())
      .optional()
      .describe(
        `Memory limit of each node, 6MiB or more. ${defaults.memory} Without a limit of its own, or with \`unlimited\`, a node gets at most half of the host's memory.`,
      ),
    env: environment().prefault({}).describe(`Environment variables of each node. ${defaults.env}`.trim()),
    secrets: secrets(),
    ...containerFields,
    after: names()
      .default([])
      .describe(
        'Group, or list of groups, that has to be ready before its first node is launched. Default: stores before services, and services before servers and the groups that ask them; services start together, others in the order in which they are written.',
      ),
    capabilities: z
      .array(capability())
      .max(41)
      .prefault([])
      .describe(
        'Linux capabilities that the image needs in addition, such as NET_RAW for programs that send raw packets. The default ones are in docs/security.md.',
      ),
    newPrivileges: z
      .boolean()
      .prefault(false)
      .describe('Allows programs in the image to gain privileges (setuid programs such as sudo and su).'),
    pids: orUnlimited(z.int().min(1).max(MOST_PIDS))
      .optional()
      .describe(
        "Maximum number of processes and threads of each node, 1 to 4194304. Default: 64 for Topolab's own programs, 4096 for other images.",
      ),
    command: z
      .array(argument())
      .min(1)
      .optional()
      .describe("Arguments that replace the image's own command."),
    ready: readySchema.optional().describe(`When a node counts as ready. ${defaults.ready}`),
    stopGrace: duration({ max: '1h', example: '10s' })
      .prefault('10s')
      .describe(
        "Time from the image's stop signal (STOPSIGNAL, by default SIGTERM) to SIGKILL when a node leaves, up to 1h.",
      ),
    port: portNumber()
      .prefault(defaults.port)
      .describe('TCP port on which a node serves its users, 1 to 65535.'),
    metrics: metricsSchema
      .optional()
      .describe(`Where to scrape a node's own Prometheus metrics. ${defaults.metrics}`),
    zone: name()
      .optional()
      .describe(
        'Where its nodes are: a room, a site, a region. Faults hit all groups of a zone with `zone`. Default: none.',
      ),
    disk: diskSchema
      .optional()
      .describe(
        "A disk of each node's own, of a bounded size and in memory: what `disk-full` fills. Default: what a node writes is on the disk of its host.",
      ),
    link: linkSchema.optional().describe("Shape of each node's network link. Default: not shaped."),
  };
}

/** Fields of groups that can have many nodes. */
export const manyNodes = {
  replicas: z
    .int()
    .min(0)
    .max(MOST_REPLICAS)
    .prefault(1)
    .describe('Nodes at the start of the run, 0 to 10,000.'),
  churn: churnSchema.optional().describe('Nodes that join and leave at random times. Default: nodes stay.'),
};

/** Of groups that can run Topolab's own program. */
export const ownVersion = {
  version: version()
    .prefault(1)
    .describe(
      "Version of Topolab's own program, 1 or 2. Both do the same work; 2 says so in the header `topolab-version` of each answer. `update` brings another one.",
    ),
};

export function version() {
  return z.int().min(1).max(mostVersion);
}

/** Name → size; what the programs that hold the files take. */
export const filesField = () =>
  z
    .record(
      z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,255}$/, {
        error: 'is not a file name; write letters, digits, dots, hyphens, 255 at most',
      }),
      size('4MiB', mostFileBytes),
    )
    .refine((files) => Object.keys(files).length <= mostFiles, {
      error: `has more than ${mostFiles} files; write fewer`,
    })
    .prefault({});

/** How many nodes of a group hold each record. */
export const recordReplicasField = () => z.int().min(1).max(mostRecordReplicas).optional();

export const onlyNode = (role: string) =>
  z
    .literal(1, { error: `a ${role} group has exactly one node; write 1 or leave it out` })
    .prefault(1)
    .describe(`Always 1: a ${role} is a single node.`);

/** What every group has, as it was read. */
export type CheckedCommon = Omit<z.output<z.ZodObject<ReturnType<typeof commonFields>>>, 'port'> & {
  readonly role: string;
  readonly replicas: number;
  /** Undefined where its nodes serve nobody. */
  readonly port?: number | undefined;
};
