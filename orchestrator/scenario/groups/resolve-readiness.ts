// When a node of a group counts as ready, as written or by what its image is.
import { isOwnProgram } from './default-image.ts';
import type { CheckedGroup, CheckedReady } from './group-schema.ts';
import type { Readiness } from './group.ts';
const READY_TIMEOUT_MS = 60_000;
/** Where HAProxy's own exporter listens. */
export const HAPROXY_METRICS = { port: 8404, path: '/metrics' } as const;

export function resolveReadiness(group: CheckedGroup): Readiness {
  const timeoutMs = group.ready?.timeout ?? READY_TIMEOUT_MS;
  return {
    probe: (group.ready && writtenProbe(group.ready, group.port)) ?? defaultProbe(group),
    timeoutMs,
  };
}

function writtenProbe(ready: CheckedReady, port: number): Readiness['probe'] | undefined {
  if (ready.http !== undefined) return { kind: 'http', port: ready.port ?? port, path: ready.http };
  if (ready.tcp !== undefined) return { kind: 'tcp', port: ready.tcp };
  if (ready.log !== undefined) return { kind: 'log', pattern: ready.log };
  return ready.health === true ? { kind: 'health' } : undefined;
}

function defaultProbe(group: CheckedGroup): Readiness['probe'] {
  // A balancer is an HAProxy whatever its image is called, and says through its exporter that it is up.
  if (group.role === 'balancer') return { kind: 'http', ...HAPROXY_METRICS };
  if (isOwnProgram(group)) return { kind: 'http', port: group.port, path: '/ready' };
  return { kind: 'tcp', port: group.port };
}
