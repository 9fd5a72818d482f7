// Servers: they answer the users, and can be scaled out, in, up and down.
import { z } from 'zod';
import { defaultPort } from '../../../node-image/contract/common-variables.ts';
import { serverEnvironment } from '../../../node-image/contract/server-environment.ts';
import { NODE_IMAGE } from '../../image-names.ts';
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { name } from '../text/names.ts';
import { duration } from '../text/quantities.ts';
import { checkGroupName } from './check-group-name.ts';
import { type CheckedCommon, commonFields, filesField, manyNodes, ownVersion } from './common-fields.ts';
import { fileBytesOf, resolveFiles } from './files.ts';
import type { Files, GroupCommon } from './group-common.ts';
import {
  type ContainerContext,
  drainMsOf,
  hasForeignImage,
  type OtherGroups,
  type Role,
  type RoleContainer,
} from './role.ts';
import { switchedService } from './switched-service.ts';
import { databaseUrl, storeRole } from './store-role.ts';
import { trackerRole } from './tracker-role.ts';

/** Node takes about 30 MiB of it. */
export const SERVER_MEMORY_BYTES = 128 * 2 ** 20;

const schema = z
  .strictObject({
    role: z.literal('server').describe('Answers the users; can be scaled out, in, up and down.'),
    ...commonFields({
      image: `Image of your own system. Default: Topolab's own server (${NODE_IMAGE}).`,
      memory: "Default: 128MiB for Topolab's own server, no limit of its own for other images.",
      port: defaultPort,
      ready: "Default: `http: /ready` for Topolab's own server, `tcp` on `port` for other images; 60s.",
      metrics: "Default: `{ port: 8080, path: /metrics }` for Topolab's own server, none for other images.",
      env: '',
    }),
    ...manyNodes,
    ...ownVersion,
    requestCost: duration({ max: '1m', example: '4ms', fractional: true })
      .prefault('0ms')
      .describe(
        "CPU time (not wall-clock time) that each request costs, up to 1m. Only for Topolab's own server: at 4ms, a full core serves at most 250 requests a second.",
      ),
    store: name()
      .optional()
      .describe("The store group in which servers keep records. Default: each server's own memory."),
    files: filesField().describe(
      "Files that users can download: name → size. Only for Topolab's own server; the content is derived from the name.",
    ),
    tracker: name()
      .optional()
      .describe(
        "The tracker group of the clients with `helps`: servers make torrents of their files and seed them over HTTP. Only for Topolab's own server. Default: none.",
      ),
  })
  .meta({ id: 'server', title: 'Server group', description: 'Nodes that answer the users.' });

export type CheckedServer = z.output<typeof schema>;

export interface ServerGroup extends GroupCommon {
  readonly role: 'server';
  /** CPU time each request costs a server, in milliseconds of CPU (not wall-clock) time; 0 = none. */
  readonly requestCostMs: number;
  /** The store group in which the servers keep records and relay events; null = in the server's own memory. */
  readonly store: string | null;
  /** Files the servers offer. */
  readonly files: Files;
  /** Hybrid: the tracker group where servers announce torrents of their files, with themselves as web seeds; null = none. */
  readonly tracker: string | null;
}

export const serverRole: Role<typeof schema, ServerGroup> = {
  name: 'server',
  schema,
  launched: 'serving',
  nodes: 'many',
  takesLoad: true,
  ownProgram: true,
  defaultImage: () => NODE_IMAGE,
  defaultMemoryBytes: () => SERVER_MEMORY_BYTES,
  check,
  resolve: (group, common) => ({
    ...common,
    role: 'server',
    requestCostMs: group.requestCost,
    store: group.store ?? null,
    files: resolveFiles(group.files),
    tracker: group.tracker ?? null,
  }),
  listensOn: ({ port }) => [port],
  container,
};

export function isServer(group: CheckedCommon): group is CheckedServer {
  return group.role === 'server';
}

function check({ path, value: group }: Entry<CheckedServer>, others: OtherGroups, report: Report): void {
  if (group.store !== undefined)
    checkGroupName(group.store, [storeRole.name], [...path, 'store'], others, report);
  if (group.tracker !== undefined)
    checkGroupName(group.tracker, [trackerRole.name], [...path, 'tracker'], others, report);
  if (!hasForeignImage(group, serverRole)) return;
  const advice = `only Topolab's own server has it; leave out this or \`image\``;
  if (group.requestCost > 0) report([...path, 'requestCost'], advice, 'key');
  if (Object.keys(group.files).length > 0) report([...path, 'files'], advice, 'key');
  if (group.tracker !== undefined) report([...path, 'tracker'], advice, 'key');
}

function container(group: ServerGroup, _: string, context: ContainerContext): RoleContainer {
  const store = context.groups.find(({ name }) => name === group.store);
  const database = store && { databaseUrl: databaseUrl(store, context) };
  if (group.foreignImage) return { env: serverEnvironment.write({ ...database }) };
  return {
    env: serverEnvironment.write({
      ...database,
      ...(context.enrolmentKey !== undefined && { enrolmentKey: context.enrolmentKey }),
      port: group.port,
      version: group.version,
      requestCostMs: group.requestCostMs,
      files: fileBytesOf(group.files),
      drainMs: drainMsOf(group),
      access: context.accessOf(group.name),
      switches: switchedService(context.groups).has(group.name),
    }),
  };
}
