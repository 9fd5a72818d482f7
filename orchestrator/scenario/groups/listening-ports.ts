// On which ports nodes of a group listen, as far as that is known before they run.
import type { Group } from './group.ts';
import { roleOf } from './role-of.ts';

/** TCP ports, all of them; undefined where only the image or its settings know. */
export function listeningPorts(group: Group): readonly number[] | undefined {
  const { foreignImage, command, container, env } = group;
  const isAsShipped = !foreignImage && command === null && container.entrypoint === null;
  if (!isAsShipped || Object.keys(env).some((name) => name.endsWith('PORT'))) return undefined;
  return roleOf(group).listensOn?.(group);
}
