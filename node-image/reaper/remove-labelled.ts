// Removes what carries a label, but for the reaper's own container: containers, then networks, then volumes. One after the other,
// for a daemon before Docker 23.0 may dead-lock where containers leave a network at the same time (moby 46661).
import { NodeError } from '../process/node-error.ts';
import { type AskEngine, managesSwarm } from '../http/engine-api.ts';

interface Named {
  readonly id: string;
  /** Of a network. */
  readonly scope?: string | undefined;
}

/**
 * @param ownId the reaper's own container, by the beginning of its id.
 * @returns how many things there were. They are gone, or somebody else is removing them.
 * @throws where the engine does not answer, or refuses a removal; the others have been tried by then.
 */
export async function removeLabelled(ask: AskEngine, label: string, ownId: string): Promise<number> {
  const refused: string[] = [];
  const remove = async (path: string): Promise<void> => {
    const { status, body } = await ask('DELETE', path);
    // 404: gone. 409: being removed already.
    if (status >= 300 && status !== 404 && status !== 409) refused.push(`${path}: ${status} ${body.trim()}`);
  };
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const all = await list(ask, `/containers/json?all=true&filters=${filters}`, 'Id');
  const containers = all.filter(({ id }) => !id.startsWith(ownId));
  for (const { id } of containers) await remove(`/containers/${id}?force=true&v=true`);
  const networks = await ownNetworks(ask, filters);
  for (const { id } of networks) {
    await emptyNetwork(ask, id);
    await remove(`/networks/${id}`);
  }
  const volumes = await list(ask, `/volumes?filters=${filters}`, 'Name');
  for (const { id } of volumes) await remove(`/volumes/${encodeURIComponent(id)}`);
  if (refused.length > 0) throw new NodeError(refused.join('; '), { code: 'not-removed' });
  return containers.length + networks.length + volumes.length;
}

/** Without those that span the hosts of a Swarm, where this engine is no manager: it lists them, and can't remove them. */
async function ownNetworks(ask: AskEngine, filters: string): Promise<readonly Named[]> {
  const found = await list(ask, `/networks?filters=${filters}`, 'Id');
  const local = found.filter(({ scope }) => scope !== 'swarm');
  return local.length === found.length || (await managesSwarm(ask)) ? found : local;
}

/** Containers of others, such as the stack's, leave it and live on. */
async function emptyNetwork(ask: AskEngine, id: string): Promise<void> {
  const { status, body } = await ask('GET', `/networks/${id}`);
  if (status !== 200) return;
  const { Containers: attached } = JSON.parse(body) as { Containers?: Record<string, unknown> | null };
  for (const container of Object.keys(attached ?? {}))
    await ask('POST', `/networks/${id}/disconnect`, { Container: container, Force: true });
}

async function list(ask: AskEngine, path: string, key: 'Id' | 'Name'): Promise<Named[]> {
  const { status, body } = await ask('GET', path);
  if (status !== 200)
    throw new NodeError(`ask Docker for ${path}: ${status} ${body.trim()}`, { code: 'not-listed' });
  const parsed = JSON.parse(body) as unknown;
  // Volumes come within an object, and as null where there are none.
  const found = Array.isArray(parsed) ? parsed : ((parsed as { Volumes?: unknown[] | null }).Volumes ?? []);
  return found.map((each) => {
    const told = each as Record<string, string>;
    return { id: told[key] ?? '', scope: told['Scope'] };
  });
}
