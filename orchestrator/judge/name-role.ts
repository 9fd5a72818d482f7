// What people call the one node of a role that has only one.
import { roleNames, roleOf } from '../scenario/groups/role-of.ts';

/** `the database (postgres)`, `the balancer`; undefined for roles with many nodes, which go by their names. */
export function nameRole(role: string | undefined, group: string): string | undefined {
  const known = roleNames.find((name) => name === role);
  const word = known && roleOf({ role: known }).word;
  if (word === undefined) return undefined;
  return group === word ? `the ${word}` : `the ${word} (${group})`;
}
