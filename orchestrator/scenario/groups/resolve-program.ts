// What the nodes of a group run, as written or by the defaults of its role.
import { defaultPort } from '../../../node-image/contract/common-variables.ts';
import type { Program } from './group-common.ts';
import type { CheckedGroup } from './group-schema.ts';
import { resolveTerms } from './image-terms.ts';
import { resolveReadiness } from './resolve-readiness.ts';
import { isForeign, isOwnProgram, roleOf } from './role-of.ts';

export function resolveProgram(group: CheckedGroup): Program {
  const role = roleOf(group);
  const foreignImage = isForeign(group);
  return {
    image: group.image ?? role.defaultImage(group),
    ...resolveTerms(group),
    foreignImage,
    version: versionOf(group),
    env: foreignImage ? group.env : { ...role.defaultEnv, ...group.env },
    command: group.command ?? null,
    readiness: resolveReadiness(group, role),
    metrics: resolveMetrics(group),
  };
}

/** Of Topolab's own program; 1 where the role has no versions. */
export function versionOf(group: CheckedGroup): number {
  return 'version' in group ? group.version : 1;
}

function resolveMetrics(group: CheckedGroup): Program['metrics'] {
  if (group.metrics === false) return null;
  if (group.metrics !== undefined) return group.metrics;
  const { exporter } = roleOf(group);
  if (exporter !== undefined) return exporter;
  return isOwnProgram(group) ? { port: group.port ?? defaultPort, path: '/metrics' } : null;
}
