// When a node of a group counts as ready, as written or by what its image is.
import type { CheckedCommon, CheckedReady } from './common-fields.ts';
import type { Readiness } from './group-common.ts';
import { hasForeignImage, type Role } from './role.ts';

const READY_TIMEOUT_MS = 60_000;

type ReadyRole<Checked> = Pick<Role<never, never>, 'exporter' | 'ownProgram'> & {
  defaultImage(group: Checked): string;
};

export function resolveReadiness<Checked extends CheckedCommon>(
  group: Checked,
  role: ReadyRole<Checked>,
): Readiness {
  return {
    probe: (group.ready && writtenProbe(group.ready, group.port)) ?? defaultProbe(group, role),
    timeoutMs: group.ready?.timeout ?? READY_TIMEOUT_MS,
  };
}

function writtenProbe(ready: CheckedReady, port: number): Readiness['probe'] | undefined {
  if (ready.http !== undefined) return { kind: 'http', port: ready.port ?? port, path: ready.http };
  if (ready.tcp !== undefined) return { kind: 'tcp', port: ready.tcp };
  if (ready.log !== undefined) return { kind: 'log', pattern: ready.log };
  return ready.health === true ? { kind: 'health' } : undefined;
}

function defaultProbe<Checked extends CheckedCommon>(
  group: Checked,
  role: ReadyRole<Checked>,
): Readiness['probe'] {
  if (role.exporter !== undefined) return { kind: 'http', ...role.exporter };
  if (role.ownProgram && !hasForeignImage(group, role))
    return { kind: 'http', port: group.port, path: '/ready' };
  return { kind: 'tcp', port: group.port };
}
