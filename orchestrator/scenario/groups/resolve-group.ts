// A group as written → a group with its role's defaults filled in.
import { PEER_IMAGE } from '../../images/image-names.ts';
import type { WrittenGroups } from './written-groups.ts';
import { defaultImage, isForeign, isOwnProgram } from './default-image.ts';
import { type CheckedClient, type CheckedGroup, type CheckedPeer, MOST_PIDS } from './group-schema.ts';
import { resolveBalancer } from './resolve-balancer.ts';
import { resolveChurn } from './resolve-churn.ts';
import { resolveSecrets } from './secret-schema.ts';
import { resolveLink } from './resolve-link.ts';
import { HAPROXY_METRICS, resolveReadiness } from './resolve-readiness.ts';
import type { Files, Group, PeerService, TraceEvent } from './group.ts';
/** Memory of one of Topolab's own servers: Node takes about 30 MiB of it. */
const SERVER_MEMORY_BYTES = 128 * 2 ** 20;
/** A BitTorrent client with its buffers, and libp2p, take about 100 MiB. */
const PEER_MEMORY_BYTES = 256 * 2 ** 20;
const POSTGRES_ENV = {
  POSTGRES_USER: 'topolab',
  POSTGRES_DB: 'topolab',
} as const;

/** What a group's defaults depend on beside itself. */
export interface GroupContext {
  readonly written: WrittenGroups;
  readonly durationMs: number;
  /** Folder of the scenario file. */
  readonly baseDir: string;
  /** What the trace file of the group's churn holds. */
  readonly trace: readonly TraceEvent[] | null;
}

export function resolveGroup(name: string, group: CheckedGroup, context: GroupContext): Group {
  const foreignImage = isForeign(group);
  const common = {
    name,
    image: group.image ?? defaultImage(group),
    foreignImage,
    replicas: group.replicas,
    cpus: group.cpus ?? null,
    memoryBytes: group.memory === undefined ? defaultMemoryBytes(group) : group.memory,
    env: group.role === 'store' && !foreignImage ? { ...POSTGRES_ENV, ...group.env } : group.env,
    secrets: resolveSecrets(group.secrets, context.baseDir),
    capabilities: group.capabilities,
    newPrivileges: group.newPrivileges,
    pids: group.pids === undefined ? null : (group.pids ?? MOST_PIDS),
    command: group.command ?? null,
    readiness: resolveReadiness(group),
    stopGraceMs: group.stopGrace,
    port: group.port,
    metrics: resolveMetrics(group),
    link: resolveLink(group.link),
    churn:
      'churn' in group && group.churn !== undefined
        ? resolveChurn(group.churn, context.trace, context.durationMs)
        : null,
  };
  switch (group.role) {
    case 'server':
      return {
        ...common,
        role: 'server',
        requestCostMs: group.requestCost,
        store: group.store ?? null,
        files: resolveFiles(group.files),
        tracker: group.tracker ?? null,
      };
    case 'client':
      return {
        ...common,
        role: 'client',
        asks: group.asks,
        helps: group.helps,
        tracker: trackerOf(group, context.written) ?? null,
        files: resolveFiles(filesAskedFor(group, context.written)),
      };
    case 'peer':
      return {
        ...common,
        role: 'peer',
        discovery: discoveryOf(group, context.written),
        tracker: trackerOf(group, context.written) ?? null,
        seeders: seedersOf(group),
        files: resolveFiles(group.files),
        services: servicesOf(group),
      };
    case 'tracker':
      return { ...common, role: 'tracker' };
    case 'balancer':
      return { ...common, role: 'balancer', ...resolveBalancer(group, context.written) };
    case 'store':
      return { ...common, role: 'store' };
  }
}

function resolveFiles(files: Readonly<Record<string, number>>): Files {
  return Object.fromEntries(Object.entries(files).map(([file, sizeBytes]) => [file, { sizeBytes }]));
}

/** Files of the servers that a client asks, through a balancer or not. */
function filesAskedFor({ asks }: CheckedClient, { groups }: WrittenGroups): Readonly<Record<string, number>> {
  const asked = groups.find(({ name }) => name === asks)?.value;
  const servers =
    asked?.role === 'balancer' ? groups.find(({ name }) => name === asked.balances)?.value : asked;
  return servers?.role === 'server' ? servers.files : {};
}

/** The tracker that a group uses: the one it names, or else the scenario's only one. Undefined where it uses none. */
export function trackerOf(group: CheckedClient | CheckedPeer, written: WrittenGroups): string | undefined {
  const uses = group.role === 'client' ? group.helps : discoveryOf(group, written) === 'directory';
  return uses ? (group.tracker ?? onlyTracker(written)) : undefined;
}

export function onlyTracker({ groups }: WrittenGroups): string | undefined {
  const trackers = groups.filter(({ value }) => value.role === 'tracker');
  return trackers.length === 1 ? trackers[0]?.name : undefined;
}

export function discoveryOf(group: CheckedPeer, { groups }: WrittenGroups): 'directory' | 'broadcast' {
  const named = group.tracker !== undefined || groups.some(({ value }) => value.role === 'tracker');
  return group.discovery ?? (named ? 'directory' : 'broadcast');
}

export function seedersOf({ seeders, files, replicas }: CheckedPeer): number {
  return seeders ?? (Object.keys(files).length > 0 ? Math.min(1, replicas) : 0);
}

export function servicesOf({ services, files }: CheckedPeer): readonly PeerService[] {
  return services ?? (Object.keys(files).length > 0 ? ['files'] : ['events', 'records']);
}

function defaultMemoryBytes(group: CheckedGroup): number | null {
  if (!isOwnProgram(group)) return null;
  return defaultImage(group) === PEER_IMAGE ? PEER_MEMORY_BYTES : SERVER_MEMORY_BYTES;
}

function resolveMetrics(group: CheckedGroup): { port: number; path: string } | null {
  if (group.metrics === false) return null;
  if (group.metrics !== undefined) return group.metrics;
  if (group.role === 'balancer') return HAPROXY_METRICS;
  return isOwnProgram(group) ? { port: group.port, path: '/metrics' } : null;
}
