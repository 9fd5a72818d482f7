// When a node of a group counts as ready, as written or by what its image is.
import { defaultPort } from '../../../node-image/contract/common-variables.ts';
import type { CheckedCommon } from './common-fields.ts';
import type { HealthCommand, Readiness } from './group-common.ts';
import type { CheckedReady } from './ready-schema.ts';
import { hasForeignImage, type Role } from './role.ts';

const READY_TIMEOUT_MS = 60_000;
/** A program that can't begin has ended by then. */
const RUNS_FOR_MS = 1000;

type ReadyRole<Checked> = Pick<Role<never, never>, 'exporter' | 'ownProgram'> & {
  defaultImage(group: Checked): string;
};

export function resolveReadiness<Checked extends CheckedCommon>(
  group: Checked,
  role: ReadyRole<Checked>,
): Readiness {
  return {
    probe: (group.ready && writtenProbe(group.ready, group.port ?? defaultPort)) ?? defaultProbe(group, role),
    timeoutMs: group.ready?.timeout ?? READY_TIMEOUT_MS,
  };
}

function writtenProbe(ready: CheckedReady, port: number): Readiness['probe'] | undefined {
  if (ready.http !== undefined) return { kind: 'http', port: ready.port ?? port, path: ready.http };
  if (ready.tcp !== undefined) return { kind: 'tcp', port: ready.tcp };
  if (ready.log !== undefined) return { kind: 'log', pattern: ready.log };
  if (ready.running !== undefined) return { kind: 'running', forMs: ready.running };
  if (ready.completed !== undefined) return { kind: 'completed' };
  if (ready.health === undefined) return undefined;
  return { kind: 'health', ...(ready.health !== true && { check: resolveHealth(ready.health) }) };
}

function resolveHealth({
  command,
  interval,
  timeout,
  retries,
  startPeriod,
}: Exclude<NonNullable<CheckedReady['health']>, true>): HealthCommand {
  return { command, intervalMs: interval, timeoutMs: timeout, retries, startPeriodMs: startPeriod };
}

function defaultProbe<Checked extends CheckedCommon>(
  group: Checked,
  role: ReadyRole<Checked>,
): Readiness['probe'] {
  if (role.exporter !== undefined) return { kind: 'http', ...role.exporter };
  if (role.ownProgram && !hasForeignImage(group, role))
    return { kind: 'http', port: group.port ?? defaultPort, path: '/ready' };
  return group.port === undefined
    ? { kind: 'running', forMs: RUNS_FOR_MS }
    : { kind: 'tcp', port: group.port };
}
