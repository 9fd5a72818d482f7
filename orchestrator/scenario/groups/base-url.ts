// Where the nodes of a group are asked.

/** `http://servers:8080`: any of the group's nodes. The group was checked to be there. */
export function baseUrlOf(
  name: string,
  groups: readonly { readonly name: string; readonly port: number }[],
): string {
  return nodeUrlOf(name, name, groups);
}

/** `http://servers-1:8080`: one node of a group. */
export function nodeUrlOf(
  node: string,
  group: string,
  groups: readonly { readonly name: string; readonly port: number }[],
): string {
  const found = groups.find(({ name }) => name === group);
  if (found === undefined) throw new Error(`there is no group "${group}" to ask`);
  return `http://${node}:${found.port}`;
}
