// What people call the one node of a role that has only one.

const WORDS: Readonly<Record<string, string>> = {
  store: 'database',
  balancer: 'balancer',
  tracker: 'tracker',
};

/** `the database (postgres)`, `the balancer`; undefined for roles with many nodes, which go by their names. */
export function nameRole(role: string | undefined, group: string): string | undefined {
  const word = role === undefined ? undefined : WORDS[role];
  if (word === undefined) return undefined;
  return group === word ? `the ${word}` : `the ${word} (${group})`;
}
