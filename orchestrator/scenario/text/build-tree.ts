// The parser's document → the tree of what is written (written-tree.ts): each alias and merge followed once, in the order of the
// file, within bounds that hold whatever the aliases stand for.
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { TokenProblem } from './check-tokens.ts';
import { missingSpace } from './explain-syntax.ts';
import { FILE_BOUNDS } from './file-bounds.ts';
import type { WrittenEntry, WrittenNode, WrittenPlace } from './written-tree.ts';

export interface BuiltTree {
  readonly root: WrittenPlace;
  readonly problems: readonly TokenProblem[];
  /** False where parts are missing, so that what a schema would say of the rest is not to be believed. */
  readonly whole: boolean;
}

export function buildTree(document: Document): BuiltTree {
  const builder = new TreeBuilder();
  const root = builder.place(document.contents);
  return { root, problems: builder.problems, whole: builder.whole };
}

const NOTHING: WrittenNode = { kind: 'scalar', size: 1, value: null, source: '' };

/** A key that would change what the mapping itself is. */
const PROTOTYPE = '__proto__';

/** An anchor whose node is not finished yet: an alias to it would stand within itself. */
const UNFINISHED = 'unfinished';

function tagged(built: WrittenNode, node: unknown): WrittenNode {
  const tag = isMap(node) || isSeq(node) || isScalar(node) ? node.tag : undefined;
  return tag?.startsWith('!') === true ? { ...built, tag } : built;
}

class TreeBuilder {
  readonly problems: TokenProblem[] = [];
  whole = true;
  readonly #anchors = new Map<string, WrittenNode | typeof UNFINISHED>();
  #aliases = 0;
  #size = 0;

  place(node: unknown): WrittenPlace {
    const offset = offsetOf(node) ?? 0;
    if (isAlias(node)) return { offset, node: this.#follow(node, offset) };
    const anchor = (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor;
    if (typeof anchor === 'string') this.#anchors.set(anchor, UNFINISHED);
    const built = tagged(this.#build(node), node);
    if (typeof anchor === 'string') this.#anchors.set(anchor, built);
    this.#count(1, offset);
    return { offset, node: built };
  }

  #build(node: unknown): WrittenNode {
    if (isMap(node)) return this.#mapping(node);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.place(item));
      return { kind: 'list', size: sizeOf(items), items };
    }
    if (!isScalar(node)) return NOTHING;
    const { value } = node;
    const plain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', size: 1, value: plain, source: node.source ?? String(plain ?? '') };
  }

  #mapping(map: YAMLMap): WrittenNode {
    const entries = new Map<string, WrittenEntry>();
    const merged: WrittenPlace[] = [];
    const tooMany = map.items[FILE_BOUNDS.keys];
    if (tooMany !== undefined) {
      const message = `a mapping holds at most ${FILE_BOUNDS.keys} keys, this one ${map.items.length}; write fewer`;
      this.#problem(offsetOf(tooMany.key) ?? offsetOf(map) ?? 0, message, false);
    }
    for (const pair of map.items.slice(0, FILE_BOUNDS.keys)) {
      const keyOffset = offsetOf(pair.key) ?? offsetOf(pair.value) ?? offsetOf(map) ?? 0;
      const joined = keyWithValue(pair);
      if (joined !== undefined) {
        this.#problem(keyOffset, missingSpace(joined.key, joined.source));
        if (!entries.has(joined.key))
          entries.set(joined.key, { offset: keyOffset, keyOffset, node: scalarOf(joined.source) });
        continue;
      }
      const key = this.#keyOf(pair, keyOffset);
      const place = this.#valueOf(pair, keyOffset);
      if (key === undefined) continue;
      if (key === '<<' && isMergeKey(pair)) merged.push(place);
      else {
        if (entries.has(key))
          this.#problem(keyOffset, 'this key is there already in the same mapping; give each key once');
        entries.set(key, { ...place, keyOffset });
      }
    }
    for (const place of merged) this.#merge(place, entries);
    // That nothing is left in it is no second problem.
    if (entries.size === 0 && map.items.some(isPrototype)) this.whole = false;
    return { kind: 'mapping', size: sizeOf([...entries.values()]), entries };
  }

  #valueOf({ value }: Pair, keyOffset: number): WrittenPlace {
    const { offset, node } = this.place(value);
    return { offset: offsetOf(value) === undefined ? keyOffset : offset, node };
  }

  /** Keys are text, as they are written: `1.10` is another key than `1.1`. */
  #keyOf({ key }: Pair, offset: number): string | undefined {
    const { node } = this.place(key);
    if (node.kind !== 'scalar') {
      this.#problem(offset, 'a mapping or list can be no key; write a name');
      return undefined;
    }
    if (node.source === '') {
      this.#problem(offset, 'a key is missing here; write a name before the colon');
      return undefined;
    }
    if (node.source.length > FILE_BOUNDS.keyLength) {
      const message = `a key of ${node.source.length} characters; write ${FILE_BOUNDS.keyLength} or less`;
      this.#problem(offset, message);
      return undefined;
    }
    if (node.source === PROTOTYPE) {
      this.#problem(offset, `${PROTOTYPE} can be no key; write another name`);
      return undefined;
    }
    return node.source;
  }

  /** Keys that are there already stay; of several merged mappings the first one wins. */
  #merge({ offset, node }: WrittenPlace, entries: Map<string, WrittenEntry>): void {
    const sources = node.kind === 'list' ? node.items.map((item) => item.node) : [node];
    for (const source of sources) {
      if (source.kind !== 'mapping') {
        // What an alias lacks is told where it stands.
        if (source !== NOTHING)
          this.#problem(offset, '<< takes a mapping, or a list of mappings; write for example <<: *anchor');
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #follow(alias: Alias, offset: number): WrittenNode {
    this.#aliases += 1;
    if (this.#aliases === FILE_BOUNDS.aliases + 1)
      this.#problem(offset, `the file has more than ${FILE_BOUNDS.aliases} aliases; write fewer`, false);
    if (this.#aliases > FILE_BOUNDS.aliases) return NOTHING;
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      const message = `there is no anchor &${alias.source} before this; write it, or leave out the asterisk`;
      this.#problem(offset, message, false);
      return NOTHING;
    }
    if (target === UNFINISHED) {
      const message = `*${alias.source} stands within what it stands for; write the part itself, or leave it out`;
      this.#problem(offset, message, false);
      return NOTHING;
    }
    const fits = this.#count(target.size, offset);
    return fits ? target : NOTHING;
  }

  /** Counts values, those of aliases as often as they are used. False from where there are too many. */
  #count(values: number, offset: number): boolean {
    const before = this.#size;
    this.#size += values;
    if (this.#size <= FILE_BOUNDS.values) return true;
    if (before <= FILE_BOUNDS.values) {
      const message = `up to here the file stands for more than ${FILE_BOUNDS.values} values, aliases included; write less, or fewer aliases`;
      this.#problem(offset, message, false);
    }
    return false;
  }

  #problem(offset: number, message: string, whole = true): void {
    this.problems.push({ offset, message });
    this.whole &&= whole;
  }
}

function sizeOf(places: readonly WrittenPlace[]): number {
  return places.reduce((sum, { node }) => sum + node.size, 1);
}

/** Within { } a colon without a space after it is a part of the key: `{ role:server }`. */
function keyWithValue({ key, value }: Pair): { readonly key: string; readonly source: string } | undefined {
  if (!isScalar(key) || key.type !== 'PLAIN' || offsetOf(value) !== undefined) return undefined;
  const [, name, source] = /^([A-Za-z][\w-]{0,40}):(\S.{0,200})$/.exec(key.source ?? '') ?? [];
  return name === undefined || source === undefined ? undefined : { key: name, source };
}

/** As YAML reads it without quotes. */
function scalarOf(source: string): WrittenNode {
  const value = /^(?:true|false)$/.test(source)
    ? source === 'true'
    : /^-?\d+(?:\.\d+)?$/.test(source)
      ? Number(source)
      : source;
  return { kind: 'scalar', size: 1, value, source };
}

function isPrototype({ key }: Pair): boolean {
  return isScalar(key) && key.source === PROTOTYPE;
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.type === 'PLAIN';
}

function offsetOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}
