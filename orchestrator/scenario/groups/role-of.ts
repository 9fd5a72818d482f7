// The role of a group, and what can be asked of all roles alike.
import type { z } from 'zod';
import type { Group, Role as RoleName } from './group.ts';
import type { CheckedGroup } from './group-schema.ts';
import { hasForeignImage, launchSteps, type Role } from './role.ts';
import { roles } from './roles.ts';

/** A role without regard to which: whoever takes it by a group's name hands it that group. */
type AnyRole = Role<z.ZodType<CheckedGroup>, Group>;

export function roleOf({ role }: { readonly role: RoleName }): AnyRole {
  return roles[role];
}

/** In the order of the reference. */
export const roleNames: readonly RoleName[] = Object.values(roles).map(({ name }) => name);

/** Roles of groups with any number of nodes. */
export const manyNodedRoles = namesWhere(({ nodes }) => nodes === 'many');

/** Roles that a load can be aimed at. */
export const targetRoles = namesWhere(({ takesLoad }) => takesLoad);

function namesWhere(holds: (role: AnyRole) => boolean): readonly RoleName[] {
  return roleNames.filter((role) => holds(roleOf({ role })));
}

/** True where the user brings an image of their own. */
export function isForeign(group: CheckedGroup): boolean {
  return hasForeignImage(group, roleOf(group));
}

/** True where Topolab's own node program runs: it says when it is ready, and has metrics. */
export function isOwnProgram(group: CheckedGroup): boolean {
  return roleOf(group).ownProgram && !isForeign(group);
}

/** For sorting groups in the order in which they are launched. */
export function byLaunchOrder(a: Group, b: Group): number {
  return launchSteps.indexOf(roleOf(a).launched) - launchSteps.indexOf(roleOf(b).launched);
}
