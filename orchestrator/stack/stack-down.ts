// `topolab stack down`: removes the stack. The data of earlier runs stays unless asked for.
import type { Engine } from '../engine/engine.ts';
import { requireUnused } from './find-stack.ts';
import { STACK } from './stack-specs.ts';
import { STOP_GRACE_MS } from './stack-up.ts';

export interface StackDownResult {
  /** False where there was no container to remove. */
  readonly wasUp: boolean;
  /** Volumes that were kept, with the data of earlier runs. */
  readonly keptVolumes: readonly string[];
}

/** Stops and removes all parts; `volumes` removes their data too. Fails with `stack-in-use` while runs are measured by it. */
export async function stackDown(
  engine: Engine,
  options: { readonly volumes: boolean },
): Promise<StackDownResult> {
  const { containers, networks, volumes } = await engine.list(STACK);
  if (containers.length > 0) await requireUnused(engine);
  await Promise.all(
    containers.map(async ({ id }) => {
      await engine.stop(id, STOP_GRACE_MS);
      await engine.remove(id);
    }),
  );
  for (const { id } of networks) await engine.removeNetwork(id);
  const names = volumes.map(({ name }) => name);
  if (options.volumes) for (const name of names) await engine.removeVolume(name);
  return { wasUp: containers.length > 0, keptVolumes: options.volumes ? [] : names };
}
