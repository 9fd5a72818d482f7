// What a module exports → plain data. Code can hand over anything: getters that throw, cycles, dates, functions. Each is a problem
// of its own here, so that everything after this deals with data only.
import { messageOf } from '../../errors.ts';
import type { Problem, ProblemPath } from './problem.ts';
import { FILE_BOUNDS } from './file-bounds.ts';

export interface PlainValue {
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

/** A copy. Problemy parts are left out of it. Never throws. */
export function plainValue(value: unknown): PlainValue {
  const copier = new Copier();
  return { data: copier.copy(value, []), problems: copier.problems };
}

class Copier {
  readonly problems: Problem[] = [];
  /** What the value that is being copied stands in. */
  readonly #around = new Set<object>();
  #count = 0;

  copy(value: unknown, path: ProblemPath): unknown {
    this.#count += 1;
    if (this.#count === FILE_BOUNDS.values + 1)
      this.#problem(path, `comes after more than ${FILE_BOUNDS.values} values; write less`);
    if (this.#count > FILE_BOUNDS.values) return undefined;
    switch (typeof value) {
      case 'bigint':
        return this.#problem(path, `is ${String(value).slice(0, 60)}n; write the number without the n`);
      case 'function':
      case 'symbol':
        return this.#problem(path, `is a ${typeof value}; write plain data`);
      case 'object':
        return value === null ? null : this.#copyObject(value, path);
      default:
        return value;
    }
  }

  #copyObject(value: object, path: ProblemPath): unknown {
    if (this.#around.has(value))
      return this.#problem(path, 'stands within itself; write the part itself, or leave it out');
    if (path.length >= FILE_BOUNDS.depth)
      return this.#problem(
        path,
        `nests more than ${FILE_BOUNDS.depth} objects and lists in each other; write it flatter`,
      );
    this.#around.add(value);
    try {
      if (Array.isArray(value)) return this.#copyList(value, path);
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) return this.#copyMapping(value, path);
      return this.#problem(
        path,
        `is an instance of ${nameOf(prototype)}; ${value instanceof Promise ? 'await it' : 'write plain data'}`,
      );
    } catch (error) {
      // A proxy, or whatever else answers with an exception.
      return this.#problem(path, `can't be read: ${messageOf(error)}`);
    } finally {
      this.#around.delete(value);
    }
  }

  #copyList(list: readonly unknown[], path: ProblemPath): unknown[] {
    const length = Math.min(list.length, FILE_BOUNDS.values + 1);
    return Array.from({ length }, (_, index) => this.#read(list, index, path));
  }

  #copyMapping(mapping: object, path: ProblemPath): unknown {
    const keys = Object.keys(mapping);
    if (keys.length > FILE_BOUNDS.keys)
      this.#problem(
        path,
        `a mapping holds at most ${FILE_BOUNDS.keys} keys, this one ${keys.length}; write fewer`,
      );
    const entries: [string, unknown][] = [];
    for (const key of keys.slice(0, FILE_BOUNDS.keys)) {
      if (key === '__proto__' || key.length > FILE_BOUNDS.keyLength) {
        this.problems.push({ path: [...path, key], message: 'can be no key; write another name', at: 'key' });
        continue;
      }
      const value = this.#read(mapping, key, path);
      if (value !== undefined) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  #read(owner: object, key: string | number, path: ProblemPath): unknown {
    let value: unknown;
    try {
      value = Reflect.get(owner, key);
    } catch (error) {
      return this.#problem([...path, key], `throws when it is read: ${messageOf(error)}`);
    }
    return this.copy(value, [...path, key]);
  }

  #problem(path: ProblemPath, message: string): undefined {
    this.problems.push({ path, message, at: 'value' });
  }
}

function nameOf(prototype: unknown): string {
  const constructor: unknown = Reflect.get(Object(prototype), 'constructor');
  return typeof constructor === 'function' && constructor.name !== ''
    ? constructor.name
    : 'a class without a name';
}
