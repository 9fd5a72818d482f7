// A group as written → a group with its role's defaults filled in.
import { defaultPort } from '../../../node-image/contract/common-variables.ts';
import { type CheckedGroup } from './group-schema.ts';
import { MOST_PIDS } from './common-fields.ts';
import type { Between, Group, TraceEvent } from './group.ts';
import type { GroupCommon } from './group-common.ts';
import { distancesFrom } from './distances.ts';
import { resolveContainer } from './resolve-container.ts';
import { resolveBuild } from './build-schema.ts';
import { resolveChurn } from './resolve-churn.ts';
import { resolveLink } from './resolve-link.ts';
import { resolveProgram } from './resolve-program.ts';
import { isForeign, roleOf } from './role-of.ts';
import { resolveSecrets } from './secret-schema.ts';
import type { WrittenGroups } from './written-groups.ts';

/** What a group's defaults depend on beside itself. */
export interface GroupContext {
  readonly written: WrittenGroups;
  readonly durationMs: number;
  /** How far zones are from each other. */
  readonly between: readonly Between[];
  /** Folder of the scenario file. */
  readonly baseDir: string;
  /** What the trace file of the group's churn holds. */
  readonly trace: readonly TraceEvent[] | null;
}

export function resolveGroup(name: string, group: CheckedGroup, context: GroupContext): Group {
  const common: GroupCommon = {
    name,
    ...resolveProgram(group),
    ...(group.build !== undefined && { build: resolveBuild(group.build, context.baseDir) }),
    replicas: group.replicas,
    cpus: group.cpus ?? null,
    memoryBytes: group.memory === undefined ? defaultMemoryBytes(group) : group.memory,
    secrets: resolveSecrets(group.secrets, context.baseDir),
    container: resolveContainer(group, context.baseDir),
    after: [...new Set(group.after)],
    capabilities: group.capabilities,
    newPrivileges: group.newPrivileges,
    pids: group.pids === undefined ? null : (group.pids ?? MOST_PIDS),
    stopGraceMs: group.stopGrace,
    port: group.port ?? defaultPort,
    zone: group.zone ?? null,
    disk: group.disk === undefined ? null : { path: group.disk.path, sizeBytes: group.disk.size },
    link: resolveLink(group.link),
    distances: distancesFrom(group.zone ?? null, context.between),
    churn:
      'churn' in group && group.churn !== undefined
        ? resolveChurn(group.churn, context.trace, context.durationMs)
        : null,
  };
  return roleOf(group).resolve(group, common, context.written);
}

/** Memory limit of each node of a group that is given none, bytes; null = none. */
export function defaultMemoryBytes(group: CheckedGroup): number | null {
  return isForeign(group) ? null : roleOf(group).defaultMemoryBytes(group);
}
