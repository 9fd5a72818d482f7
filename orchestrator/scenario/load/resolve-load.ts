// A load as written → a load with its curve in one form for all models.
import { resolve } from 'node:path';
import type { CheckedLoad } from './load-schema.ts';
import type { Load, LoadModel } from './load.ts';
import { resolveTerms } from '../groups/image-terms.ts';
import { resolveSecrets } from '../groups/secret-schema.ts';

/** `baseDir` is the folder of the scenario file. */
export function resolveLoad(name: string, load: CheckedLoad, baseDir: string): Load {
  return {
    name,
    scriptPath: resolve(baseDir, load.script),
    script: load.script,
    target: load.target,
    model: resolveModel(load),
    ...(load.user !== undefined && { user: load.user }),
    generators: load.generators,
    image: load.image,
    ...resolveTerms(load),
    cpus: load.cpus,
    memoryBytes: load.memory,
    files: load.files.map((file) => resolve(baseDir, file)),
    graceMs: load.grace,
    ...(!load.thresholds && { thresholds: false as const }),
    env: load.env,
    secrets: resolveSecrets(load.secrets, baseDir),
  };
}

function resolveModel(load: CheckedLoad): LoadModel {
  switch (load.model) {
    case 'open':
      return {
        kind: 'open',
        startRate: load.startRate,
        stages: load.stages.map(({ duration, rate }) => ({ durationMs: duration, target: rate })),
        maxVirtualUsers: load.maxVirtualUsers,
      };
    case 'closed':
      return {
        kind: 'closed',
        startVirtualUsers: load.startVirtualUsers,
        stages: load.stages.map(({ duration, virtualUsers }) => ({
          durationMs: duration,
          target: virtualUsers,
        })),
      };
    case 'each-node':
      return { kind: 'each-node', iterations: load.iterations, maxDurationMs: load.maxDuration };
    case 'script':
      return { kind: 'script' };
  }
}

/** How long a load lasts, from its stages; undefined where only the script knows. */
export function loadDurationMs(load: Load): number | undefined {
  if (load.model.kind === 'script') return undefined;
  if (load.model.kind === 'each-node') return load.model.maxDurationMs;
  return load.model.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}
