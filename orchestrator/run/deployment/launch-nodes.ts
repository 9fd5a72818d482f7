// Launches the nodes with which a run begins, group after group.
import type { Containers } from '../../cluster/containers.ts';
import { createVolumes } from '../../fleet/containers/volumes.ts';
import type { Fleet } from '../../fleet/create-fleet.ts';
import type { Plan } from '../../plan/plan.ts';
import { launchedTogether } from '../../scenario/groups/launch-order.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';

/** Services that wait for nobody are launched together. */
export async function launchNodes(
  { initialNodes }: Plan,
  { cluster, fleet }: { readonly cluster: Pick<Containers, 'createVolume'>; readonly fleet: Fleet },
  options: DeploymentOptions,
): Promise<void> {
  const { recorder, scenario, signal } = options;
  await createVolumes(cluster, options);
  for (const batch of launchedTogether(scenario.groups)) {
    const launched = batch.flatMap(({ name }) =>
      initialNodes.filter(({ group, nodes }) => group === name && nodes.length > 0),
    );
    const [first] = launched;
    if (first === undefined) continue;
    const count = launched.reduce((sum, { nodes }) => sum + nodes.length, 0);
    const names = launched.map(({ group }) => group).join(', ');
    for (const { group } of launched) await fleet.backups.prepare(group);
    await recorder.step(count === 1 ? `node of ${names}` : `${count} nodes of ${names}`, () =>
      launchTogether(launched, fleet, signal),
    );
    for (const { group } of launched) await fleet.backups.begin(group, signal);
  }
}

/** Where one fails, the others are not waited for. */
async function launchTogether(
  groups: Plan['initialNodes'],
  { joining }: Fleet,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  await Promise.allSettled(
    groups.map(({ group, nodes }) =>
      joining.launch(group, nodes, either).catch((error: unknown) => failed.abort(error)),
    ),
  );
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
}
