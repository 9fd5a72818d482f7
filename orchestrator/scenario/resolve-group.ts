// A group as written → a group with its role's defaults filled in.
import { HAPROXY_IMAGE, NODE_IMAGE, PEER_IMAGE, POSTGRES_IMAGE } from '../images/image-names.ts';
import type { CheckedGroup, CheckedReady } from './group-schema.ts';
import type { Group, Readiness, Role } from './scenario.ts';

/** Memory of one of Topolab's own servers: Node takes about 30 MiB of it. */
const SERVER_MEMORY_BYTES = 128 * 2 ** 20;
const READY_TIMEOUT_MS = 60_000;
/** Where HAProxy's own exporter listens. */
const HAPROXY_METRICS = { port: 8404, path: '/metrics' } as const;
const POSTGRES_ENV = {
  POSTGRES_USER: 'topolab',
  POSTGRES_PASSWORD: 'topolab',
  POSTGRES_DB: 'topolab',
} as const;

const DEFAULT_IMAGES: Readonly<Record<Role, string>> = {
  server: NODE_IMAGE,
  client: NODE_IMAGE,
  peer: PEER_IMAGE,
  tracker: PEER_IMAGE,
  balancer: HAPROXY_IMAGE,
  store: POSTGRES_IMAGE,
};

/** True where the user brings an image of their own. */
export function isForeign(group: CheckedGroup): boolean {
  return group.image !== undefined && group.image !== DEFAULT_IMAGES[group.role];
}

export function resolveGroup(name: string, group: CheckedGroup): Group {
  const foreignImage = isForeign(group);
  const common = {
    name,
    image: group.image ?? DEFAULT_IMAGES[group.role],
    foreignImage,
    replicas: group.replicas,
    cpus: group.cpus ?? null,
    memoryBytes: group.memory === undefined ? defaultMemoryBytes(group, foreignImage) : group.memory,
    env: group.role === 'store' && !foreignImage ? { ...POSTGRES_ENV, ...group.env } : group.env,
    command: group.command ?? null,
    readiness: resolveReadiness(group, foreignImage),
    stopGraceMs: group.stopGrace,
    port: group.port,
    metrics: resolveMetrics(group, foreignImage),
    link: null,
    churn: null,
  };
  switch (group.role) {
    case 'server':
      return {
        ...common,
        role: 'server',
        requestCostMs: group.requestCost,
        store: group.store ?? null,
        tracker: null,
        files: Object.fromEntries(
          Object.entries(group.files).map(([file, sizeBytes]) => [file, { sizeBytes }]),
        ),
      };
    case 'balancer':
      return { ...common, role: 'balancer', balances: group.balances, algorithm: group.algorithm };
    case 'store':
      return { ...common, role: 'store' };
  }
}

function defaultMemoryBytes(group: CheckedGroup, foreignImage: boolean): number | null {
  return group.role === 'server' && !foreignImage ? SERVER_MEMORY_BYTES : null;
}

function resolveMetrics(group: CheckedGroup, foreignImage: boolean): { port: number; path: string } | null {
  if (group.metrics === false) return null;
  if (group.metrics !== undefined) return group.metrics;
  if (group.role === 'balancer') return HAPROXY_METRICS;
  return group.role === 'server' && !foreignImage ? { port: group.port, path: '/metrics' } : null;
}

function resolveReadiness(group: CheckedGroup, foreignImage: boolean): Readiness {
  const timeoutMs = group.ready?.timeout ?? READY_TIMEOUT_MS;
  return {
    probe: (group.ready && writtenProbe(group.ready, group.port)) ?? defaultProbe(group, foreignImage),
    timeoutMs,
  };
}

function writtenProbe(ready: CheckedReady, port: number): Readiness['probe'] | undefined {
  if (ready.http !== undefined) return { kind: 'http', port: ready.port ?? port, path: ready.http };
  if (ready.tcp !== undefined) return { kind: 'tcp', port: ready.tcp };
  if (ready.log !== undefined) return { kind: 'log', pattern: ready.log };
  return ready.health === true ? { kind: 'health' } : undefined;
}

function defaultProbe(group: CheckedGroup, foreignImage: boolean): Readiness['probe'] {
  // A balancer is an HAProxy whatever its image is called, and says through its exporter that it is up.
  if (group.role === 'balancer') return { kind: 'http', ...HAPROXY_METRICS };
  if (group.role === 'server' && !foreignImage) return { kind: 'http', port: group.port, path: '/ready' };
  return { kind: 'tcp', port: group.port };
}
