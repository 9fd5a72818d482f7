// Volumes that nodes of a run share. Each goes with everything else that carries the run's label.
import type { Containers } from '../../cluster/containers.ts';
import { type ContainerSpec, Label } from '../../engine/engine.ts';
import type { Group } from '../../scenario/groups/group.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Those that any group names, empty. */
export async function createVolumes(
  containers: Pick<Containers, 'createVolume'>,
  { run, scenario }: { readonly run: string; readonly scenario: Pick<Scenario, 'name' | 'groups'> },
): Promise<void> {
  const names = scenario.groups.flatMap(({ container }) => container.volumes.map(({ volume }) => volume));
  const labels = { [Label.run]: run, [Label.scenario]: scenario.name };
  for (const volume of new Set(names)) await containers.createVolume({ name: nameOf(run, volume), labels });
}

export function volumeMounts({ container }: Group, run: string): NonNullable<ContainerSpec['mounts']> {
  return container.volumes.map(({ path, volume, readOnly }) => ({
    kind: 'volume',
    volume: nameOf(run, volume),
    path,
    readOnly,
  }));
}

function nameOf(run: string, volume: string): string {
  return `topolab-${run}-volume-${volume}`;
}
