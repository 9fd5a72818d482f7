// What stands in compose files, with the place of each part: kept while files are merged, so that every problem and every remark names
// the line that somebody wrote.
import type { ProblemPath } from '../../scenario/text/problem.ts';

/** A compose file, or one that it names. */
export interface Source {
  /** As messages name it: relative to the folder of the scenario. */
  readonly name: string;
  /** Absolute; paths that the file holds are relative to it. */
  readonly folder: string;
}

export interface Place {
  readonly source: Source;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** `!override` takes its place, `!reset` takes it out and itself, too. */
export const mergeTags = ['!override', '!reset'] as const;
export type MergeTag = (typeof mergeTags)[number];

interface Placed {
  /** Of the value. */
  readonly place: Place;
  /** Of its key; of the value where it has none. */
  readonly keyPlace: Place;
  /** What becomes of the part that it is written over, where that is not merged with it. */
  readonly tag?: MergeTag;
}

export type Scalar = string | number | boolean | null;

export type ScalarPart = Placed & {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As it is written, variables replaced: `1.10`, `0x1F`. */
  readonly source: string;
};
export type ListPart = Placed & { readonly kind: 'list'; readonly items: readonly Part[] };
export type MappingPart = Placed & { readonly kind: 'mapping'; readonly entries: ReadonlyMap<string, Part> };

export type Part = ScalarPart | ListPart | MappingPart;

/** Plain data, for the schema. */
export function plainOf(part: Part): unknown {
  switch (part.kind) {
    case 'scalar':
      return part.value;
    case 'list':
      return part.items.map(plainOf);
    case 'mapping':
      return Object.fromEntries([...part.entries].map(([key, entry]) => [key, plainOf(entry)]));
  }
}

/** The part at a path; undefined where there is none. */
export function partAt(root: Part, path: ProblemPath): Part | undefined {
  let part: Part | undefined = root;
  for (const key of path) part = part && childOf(part, key);
  return part;
}

/** The part at a path or, where that is missing, the nearest one around it. */
export function nearestPart(root: Part, path: ProblemPath): Part {
  let part = root;
  for (const key of path) {
    const next = childOf(part, key);
    if (next === undefined) return part;
    part = next;
  }
  return part;
}

function childOf(part: Part, key: ProblemPath[number]): Part | undefined {
  if (part.kind === 'mapping') return part.entries.get(String(key));
  return part.kind === 'list' && typeof key === 'number' ? part.items[key] : undefined;
}

/** Entries of a mapping; none of anything else. */
export function entriesOf(part: Part | undefined): ReadonlyMap<string, Part> {
  return part?.kind === 'mapping' ? part.entries : new Map();
}

/** Items of a list; a single value as a list of one, as compose takes it. */
export function itemsOf(part: Part | undefined): readonly Part[] {
  if (part === undefined || (part.kind === 'scalar' && part.value === null)) return [];
  return part.kind === 'list' ? part.items : [part];
}

/** Of a single value, as it is written. */
export function textOf(part: Part | undefined): string {
  return part?.kind === 'scalar' ? part.source : '';
}

export function isEmpty(part: Part): boolean {
  return part.kind === 'scalar' && part.value === null;
}

/** The same part with other entries. */
export function withEntries(part: Part, entries: ReadonlyMap<string, Part>): MappingPart {
  return { kind: 'mapping', place: part.place, keyPlace: part.keyPlace, entries };
}

/** Text that is made of a part, at its place. */
export function textPart(at: Part, text: string): ScalarPart {
  return { kind: 'scalar', place: at.place, keyPlace: at.keyPlace, value: text, source: text };
}
