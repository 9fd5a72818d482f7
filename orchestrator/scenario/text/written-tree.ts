// What stands in a YAML file, and where: a plain tree with offsets, aliases and merges already followed. Scenario data and the
// places of problems both come from it.
import type { ProblemPath } from './problem.ts';

export type WrittenNode = {
  /** As it is written before the node: `!reset`. */
  readonly tag?: string;
} & (
  | { readonly kind: 'mapping'; readonly size: number; readonly entries: ReadonlyMap<string, WrittenEntry> }
  | { readonly kind: 'list'; readonly size: number; readonly items: readonly WrittenPlace[] }
  | {
      readonly kind: 'scalar';
      readonly size: 1;
      readonly value: string | number | boolean | null;
      /** As it stands in the file, without quotes: `1.10`, `0x1F`. */
      readonly source: string;
    }
);

/** A node at one of the places where it is used: an alias is a second place of the same node. */
export interface WrittenPlace {
  readonly offset: number;
  readonly node: WrittenNode;
}

export interface WrittenEntry extends WrittenPlace {
  readonly keyOffset: number;
}

/**
 * Plain data. Where only text is meant, numbers and booleans stay as they are written: a version 1.10 is not 1.1, and 01234 may be
 * a password.
 */
export function plainData(node: WrittenNode, path: ProblemPath = []): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value !== null && meansText(path) ? node.source : node.value;
    case 'list':
      return node.items.map((item, index) => plainData(item.node, [...path, index]));
    case 'mapping':
      return Object.fromEntries(
        [...node.entries].map(([key, entry]) => [key, plainData(entry.node, [...path, key])]),
      );
  }
}

/** Environment variables of groups and loads, in a variant too. */
export function meansText(path: ProblemPath): boolean {
  const [section, , field, ...rest] = path[0] === 'variants' ? path.slice(3) : path;
  return (section === 'groups' || section === 'load') && field === 'env' && rest.length === 1;
}

/** How the scalar at a path is written; undefined where there is none. */
export function sourceAt(root: WrittenNode, path: ProblemPath): string | undefined {
  const node = nodeAt(root, path);
  return node?.kind === 'scalar' ? node.source : undefined;
}

/** Undefined where there is none. */
export function tagAt(root: WrittenNode, path: ProblemPath): string | undefined {
  return nodeAt(root, path)?.tag;
}

function nodeAt(root: WrittenNode, path: ProblemPath): WrittenNode | undefined {
  let node: WrittenNode | undefined = root;
  for (const part of path) node = node && step(node, part)?.node;
  return node;
}

export function step(node: WrittenNode, part: ProblemPath[number]): WrittenPlace | undefined {
  if (node.kind === 'mapping') return node.entries.get(String(part));
  return node.kind === 'list' && typeof part === 'number' ? node.items[part] : undefined;
}
