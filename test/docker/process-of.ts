// Process ids of containers as their engine tells them, for tests that have no agent.
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { FindProcesses } from '../../orchestrator/net-admin/net-admin.ts';

/** 0 where it does not run. */
export async function processOf(engine: Engine, containerId: string): Promise<number> {
  return (await engine.inspect(containerId))?.pid ?? 0;
}

export function processesBy(engine: Engine): FindProcesses {
  return async (ids) => {
    const found = await Promise.all(ids.map(async (id) => [id, await processOf(engine, id)] as const));
    return new Map(found.filter(([, pid]) => pid !== 0));
  };
}
