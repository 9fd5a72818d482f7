// Where in a YAML file a problem stands.
import type { Problem } from './problem.ts';
import { step, type WrittenEntry, type WrittenPlace } from './written-tree.ts';

/** Offset of the key or value of the problem; where it is missing, of the nearest thing around it. */
export function locateProblem(root: WrittenPlace, { path, at }: Problem): number {
  let place: WrittenPlace = root;
  for (const part of path) {
    const next = step(place.node, part);
    if (next === undefined) return keyOffset(place);
    place = next;
  }
  const empty = place.node.kind === 'scalar' && place.node.value === null;
  return at === 'key' || empty ? keyOffset(place) : place.offset;
}

/** Items of lists have no key. */
function keyOffset(place: WrittenPlace | WrittenEntry): number {
  return 'keyOffset' in place ? place.keyOffset : place.offset;
}
