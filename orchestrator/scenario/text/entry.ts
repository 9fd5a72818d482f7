// An entry of a scenario that could be read by itself.
import type { ProblemPath } from './problem.ts';

/** An entry that could be read. Parts of it that were wrong are left out. */
export interface Entry<Value> {
  readonly path: ProblemPath;
  readonly value: Value;
}

export interface NamedEntry<Value> extends Entry<Value> {
  readonly name: string;
}
