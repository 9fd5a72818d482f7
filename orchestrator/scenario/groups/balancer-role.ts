// A balancer: it spreads requests over the nodes of server groups. Topolab's own is an HAProxy.
import { z } from 'zod';
import { defaultPort } from '../../../node-image/contract/common-variables.ts';
import { HAPROXY_IMAGE } from '../../image-names.ts';
import type { Entry, NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { names } from '../text/names.ts';
import { balancerFields } from './balancer-schema.ts';
import { checkDistinct, checkGroupName } from './check-group-name.ts';
import { type CheckedCommon, commonFields, onlyNode } from './common-fields.ts';
import type { GroupCommon } from './group-common.ts';
import { resolveReadiness } from './resolve-readiness.ts';
import type { OtherGroups, Role } from './role.ts';
import { type CheckedServer, isServer, serverRole } from './server-role.ts';

const EXPORTER_PORT = 8404;

/** Of HAProxy's, those that need no parameter of their own. */
const algorithms = ['roundrobin', 'leastconn', 'random', 'source'] as const;

const schema = z
  .strictObject({
    role: z.literal('balancer').describe('Spreads requests over the nodes of server groups.'),
    ...commonFields({
      image: `An HAProxy image. Default: ${HAPROXY_IMAGE}.`,
      memory: 'Default: no limit of its own.',
      port: defaultPort,
      ready: 'Default: `http: /metrics` on port 8404; 60s.',
      metrics: "Default: HAProxy's exporter, `{ port: 8404, path: /metrics }`.",
      env: '',
    }),
    replicas: onlyNode('balancer'),
    balances: names().describe(
      'The server group it balances, or a list of several, such as one for each zone; it follows nodes as they join and leave.',
    ),
    algorithm: z
      .enum(algorithms)
      .prefault('roundrobin')
      .describe(
        "HAProxy's `balance`: `roundrobin`: each server in turn; `leastconn`: the one with the fewest connections; `random`: of two drawn at random, the one with fewer connections; `source`: by the address of the client, so a load generator with one address keeps to one server.",
      ),
    ...balancerFields,
  })
  .meta({ id: 'balancer', title: 'Balancer group', description: 'An HAProxy in front of server groups.' });

export type CheckedBalancer = z.output<typeof schema>;

export interface BalancerGroup extends GroupCommon {
  readonly role: 'balancer';
  /** The groups whose nodes it balances, one or more; it follows them as they join and leave. */
  readonly balances: readonly string[];
  readonly algorithm: (typeof algorithms)[number];
  /** How it finds out by itself that a server hangs or is gone; null = not at all. */
  readonly healthCheck: HealthCheck | null;
  readonly timeouts: {
    readonly connectMs: number;
    readonly serverMs: number;
    readonly clientMs: number;
    readonly queueMs: number;
  };
  readonly retry: Retry;
}

/** A server that begins to hang is found to be down after fall × (intervalMs + timeoutMs) at the latest. */
export interface HealthCheck {
  /** Of the servers of all its groups: a GET of `path`, or where that is null whether it takes TCP connections. */
  readonly path: string | null;
  readonly port: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failed checks in a row after which a server is down. */
  readonly fall: number;
  /** Checks in a row that must go well until it is up again. */
  readonly rise: number;
  /** What becomes of the requests that a server has when it goes down. */
  readonly onDown: 'keep' | 'cut';
}

export interface Retry {
  /** How often a request is tried again, 0 or more. */
  readonly times: number;
  /** Words of HAProxy's `retry-on`, statuses among them; none = never. */
  readonly on: readonly string[];
  /** Which requests may be sent a second time; where no connection came about, any may. */
  readonly methods: 'idempotent' | 'all';
  /** Whether each retry goes to another server. */
  readonly elsewhere: boolean;
}

export const balancerRole: Role<typeof schema, BalancerGroup> = {
  name: 'balancer',
  schema,
  launched: 'entrance',
  nodes: 'one',
  takesLoad: true,
  word: 'balancer',
  ownProgram: false,
  // A balancer is an HAProxy whatever its image is called: this is where HAProxy's own exporter listens.
  exporter: { port: EXPORTER_PORT, path: '/metrics' },
  defaultImage: () => HAPROXY_IMAGE,
  defaultMemoryBytes: () => null,
  check,
  resolve,
  listensOn: ({ port, metrics }) => [port, metrics?.port ?? EXPORTER_PORT],
  // One of ours gets its configuration where it is launched; another finds the servers by itself.
  container: (group) => ({ env: group.foreignImage ? { BALANCES: group.balances.join(',') } : {} }),
};

export function isBalancer(group: CheckedCommon): group is CheckedBalancer {
  return group.role === 'balancer';
}

function check({ path, value: group }: Entry<CheckedBalancer>, others: OtherGroups, report: Report): void {
  for (const [index, name] of group.balances.entries()) {
    const place = group.balances.length > 1 ? ['balances', index] : ['balances'];
    checkGroupName(name, [serverRole.name], [...path, ...place], others, report);
  }
  checkDistinct(group.balances, [...path, 'balances'], report);
  const servers = balancedGroups(group, others);
  const [first] = servers;
  if (first === undefined) return;
  const filesOf = ({ value: { files } }: NamedEntry<CheckedServer>) =>
    JSON.stringify(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const unlike = servers.find((each) => filesOf(each) !== filesOf(first));
  if (unlike !== undefined) {
    const message = `"${first.name}" and "${unlike.name}" have different files, and a request may go to either; write the same \`files\` in both`;
    report([...path, 'balances'], message);
  }
  checkAskedAlike(group, servers, path, report);
}

/** HAProxy asks all servers of a backend the same. */
function checkAskedAlike(
  { healthCheck, image }: CheckedBalancer,
  servers: readonly NamedEntry<CheckedServer>[],
  path: Entry<unknown>['path'],
  report: Report,
): void {
  if (healthCheck === false || (image !== undefined && image !== HAPROXY_IMAGE)) return;
  const asked = servers.map(({ name, value }) => {
    const ready = readyCheckOf(value);
    const check = { path: healthCheck.path ?? ready.path, port: healthCheck.port ?? ready.port };
    return { name, words: check.path === null ? `TCP on ${check.port}` : `${check.path} on ${check.port}` };
  });
  const [first] = asked;
  const unlike = asked.find(({ words }) => words !== first?.words);
  if (first === undefined || unlike === undefined) return;
  const message = `servers say in different ways whether they are ready: "${first.name}" by ${first.words}, "${unlike.name}" by ${unlike.words}; write \`healthCheck: { path, port }\` for all of them, or false`;
  report([...path, 'balances'], message);
}

/** The server groups behind a balancer that are there, in the order in which it names them. */
export function balancedGroups(
  { balances }: Pick<CheckedBalancer, 'balances'>,
  { groups }: Pick<OtherGroups, 'groups'>,
): NamedEntry<CheckedServer>[] {
  return balances.flatMap((name) =>
    groups.flatMap(({ value, ...entry }) =>
      entry.name === name && isServer(value) ? [{ ...entry, value }] : [],
    ),
  );
}

function resolve(group: CheckedBalancer, common: GroupCommon, others: OtherGroups): BalancerGroup {
  const { timeouts } = group;
  return {
    ...common,
    role: 'balancer',
    balances: [...new Set(group.balances)],
    algorithm: group.algorithm,
    healthCheck: resolveHealthCheck(group, others),
    timeouts: {
      connectMs: timeouts.connect,
      serverMs: timeouts.server,
      clientMs: timeouts.client,
      queueMs: timeouts.queue,
    },
    retry: {
      times: group.retries,
      on: [...new Set(group.retryOn.map(String))],
      methods: group.retryMethods,
      elsewhere: group.redispatch,
    },
  };
}

/**
 * Servers that say over HTTP that they are ready are asked the same by the balancer: the kernel takes TCP connections for a process
 * that hangs, so only an answer shows that it doesn't.
 */
function resolveHealthCheck(group: CheckedBalancer, others: OtherGroups): HealthCheck | null {
  const { healthCheck } = group;
  if (healthCheck === false) return null;
  // All are asked alike: see `check`.
  const [servers] = balancedGroups(group, others);
  const ready = servers === undefined ? { path: null, port: defaultPort } : readyCheckOf(servers.value);
  const { path = ready.path, port = ready.port, interval, timeout, fall, rise, onDown } = healthCheck;
  return { path, port, intervalMs: interval, timeoutMs: timeout, fall, rise, onDown };
}

function readyCheckOf(servers: CheckedServer): Pick<HealthCheck, 'path' | 'port'> {
  const { probe } = resolveReadiness(servers, serverRole);
  return probe.kind === 'http' ? probe : { path: null, port: servers.port };
}
