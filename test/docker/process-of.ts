// Process ids of containers on the host of their engine, for those that have no agent to ask.
import Docker from 'dockerode';
import type { FindProcesses } from '../../orchestrator/net-admin/net-admin.ts';

/** Of its first process; 0 where it does not run. */
export async function processOf(containerId: string): Promise<number> {
  const [found] = await new Docker().listContainers({ filters: { id: [containerId] } });
  return found === undefined ? 0 : (await new Docker().getContainer(found.Id).inspect()).State.Pid;
}

export const processesOf: FindProcesses = async (ids) => {
  const found = await Promise.all(ids.map(async (id) => [id, await processOf(id)] as const));
  return new Map(found.filter(([, pid]) => pid !== 0));
};
