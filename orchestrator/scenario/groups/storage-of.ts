// Which groups keep something on the disk of a host that others of them need as well: their nodes belong on one host. Pure.
import type { Group } from './group.ts';

type Keeping = Pick<Group, 'name' | 'container'> & { readonly backup?: unknown };

/**
 * By group, for those with volumes or backups: a name for all that it shares with others, directly or through further ones. Backups are shared by
 * all nodes that ever are of the group, and by what makes them.
 */
export function storageOf(groups: readonly Keeping[]): ReadonlyMap<string, string> {
  const storages: { readonly groups: string[]; readonly volumes: Set<string> }[] = [];
  for (const { name, container, backup = null } of groups) {
    const volumes = container.volumes.map(({ volume }) => volume);
    if (volumes.length === 0 && backup === null) continue;
    const shared = storages.filter((each) => volumes.some((volume) => each.volumes.has(volume)));
    for (const each of shared) storages.splice(storages.indexOf(each), 1);
    storages.push({
      groups: [...shared.flatMap((each) => each.groups), name],
      volumes: new Set([...shared.flatMap((each) => [...each.volumes]), ...volumes]),
    });
  }
  return new Map(storages.flatMap((each) => each.groups.map((name) => [name, each.groups[0] ?? name])));
}
