// How it is seen that a node's program has ended: by the engine's word.
import type { FaultHost } from '../kind/fault-host.ts';
import type { Sighting } from '../kind/sighting.ts';

export async function seenEnded(host: Pick<FaultHost, 'isRunning'>, node: string): Promise<Sighting> {
  const runs = await host.isRunning(node);
  return { isSo: !runs, saw: runs ? 'its container runs' : 'its container has ended' };
}
