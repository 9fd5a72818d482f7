/** Longer lists are cut in the middle. */
const MOST_SHOWN = 4;

/** `servers-1, servers-2`; `servers-1, servers-2, … servers-9`. */
export function listNodes(nodes: readonly string[]): string {
  if (nodes.length <= MOST_SHOWN) return nodes.join(', ');
  return `${nodes.slice(0, MOST_SHOWN - 2).join(', ')}, … ${nodes.at(-1)}`;
}
