// How a group's containers are made beside their program, as written.
import { resolve } from 'node:path';
import type { CheckedContainer } from './container-schema.ts';
import type { ContainerSettings, Copy } from './group-common.ts';

const ROOT = { user: 0, group: 0 };

/** `baseDir` is the folder of the scenario file. */
export function resolveContainer(written: CheckedContainer, baseDir: string): ContainerSettings {
  const { entrypoint, user, workdir, copy, volumes, tmpfs, shm, ulimits, stopSignal, aliases } = written;
  return {
    entrypoint: entrypoint ?? null,
    user: user ?? null,
    workdir: workdir ?? null,
    copies: Object.entries(copy).map(([path, source]) => resolveCopy(path, source, baseDir)),
    volumes: Object.entries(volumes).map(([path, mounted]) => ({ path, ...mounted })),
    tmpfs: Object.entries(tmpfs).map(([path, sizeBytes]) => ({ path, sizeBytes })),
    shmBytes: shm ?? null,
    ulimits: Object.fromEntries(
      Object.entries(ulimits).flatMap(([each, limit]) => (limit === undefined ? [] : [[each, limit]])),
    ),
    stopSignal: stopSignal ?? null,
    aliases: [...new Set(aliases)],
  };
}

function resolveCopy(path: string, source: CheckedContainer['copy'][string], baseDir: string): Copy {
  const {
    from,
    text,
    mode,
    owner,
    alone,
    keep = [],
  } = { text: undefined, mode: undefined, owner: undefined, alone: false, keep: [], ...source };
  const [user = 0, group = 0] = owner?.split(':').map(Number) ?? [];
  return {
    path,
    mode: mode === undefined ? null : Number.parseInt(mode, 8),
    owner: owner === undefined ? ROOT : { user, group },
    ...(text === undefined
      ? {
          kind: 'file',
          from: resolve(baseDir, from ?? ''),
          within: baseDir,
          ...(alone === true && { alone: { kept: keep } }),
        }
      : { kind: 'text', text }),
  };
}
