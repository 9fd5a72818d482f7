// Where in a YAML file a fault stands.
import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Fault, FaultPath } from './fault.ts';

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

interface Place {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** The key or value of the fault; where it is missing, the nearest thing around it. */
export function locateFault(document: Document, lines: LineCounter, { path, at }: Fault): Position {
  let place: Place = { key: undefined, value: document.contents ?? undefined };
  let missing = false;
  for (const part of path) {
    const next = step(document, place.value, part);
    missing = next === undefined;
    if (next === undefined) break;
    place = next;
  }
  const empty = isScalar(place.value) && place.value.value === null;
  const node = at === 'key' || missing || empty ? (place.key ?? place.value) : (place.value ?? place.key);
  const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
  return { line, column: col };
}

function step(document: Document, node: Node | undefined, part: FaultPath[number]): Place | undefined {
  const target = resolveAlias(document, node);
  if (isMap(target)) {
    // The last of several equal keys is the one that was read. Keys that YAML reads as numbers or booleans are text in a scenario.
    const pair = target.items.findLast(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
    return pair && { key: nodeOrNone(pair.key), value: nodeOrNone(pair.value) };
  }
  if (isSeq(target) && typeof part === 'number') {
    const item = nodeOrNone(target.items[part]);
    return item && { key: undefined, value: item };
  }
  return undefined;
}

function resolveAlias(document: Document, node: Node | undefined): Node | undefined {
  return node && 'resolve' in node && typeof node.resolve === 'function'
    ? nodeOrNone(node.resolve(document))
    : node;
}

function nodeOrNone(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}
