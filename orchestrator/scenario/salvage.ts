// Parsing that goes on after a fault: faulty parts are taken out and the rest is parsed again, so that one pass over a file
// finds all of its faults, also those that a parser sees only in otherwise faultless input.
import type { z } from 'zod';
import { explainIssue, faultsOf } from './explain-issue.ts';
import type { Fault, FaultPath } from './fault.ts';

/** More rounds than the schema is deep are never needed. */
const MOST_ROUNDS = 8;

export interface Salvaged<Value> {
  /** What could be read once the faulty parts were left out; undefined where nothing was left. */
  readonly value: Value | undefined;
  readonly faults: readonly Fault[];
}

/** Parses `input`; paths of faults start with `prefix`. Never throws. */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  prefix: FaultPath = [],
): Salvaged<z.output<Schema>> {
  const faults: Fault[] = [];
  const removed: FaultPath[] = [];
  let rest = input;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = schema.safeParse(rest, { error: explainIssue });
    if (result.success) return { value: result.data, faults };
    const found = withoutEchoes(result.error.issues.flatMap((issue) => faultsOf(issue)));
    const leftOut: FaultPath[] = [];
    for (const fault of found) {
      // Taking something out may leave a gap that is then reported in turn: no fault of the author's.
      const consequence = removed.some((path) => startsWith(path, fault.path));
      if (!consequence) faults.push({ ...fault, path: [...prefix, ...fault.path] });
      leftOut.push(consequence ? fault.path.slice(0, -1) : fault.path);
    }
    if (leftOut.some((path) => path.length === 0)) return { value: undefined, faults };
    removed.push(...leftOut);
    // From the back, so that list indexes stay right.
    for (const path of leftOut.toSorted(lastIndexFirst)) rest = without(rest, path);
  }
  return { value: undefined, faults };
}

/** A misspelt key is one fault: that its mapping then lacks the right key needs no second message. */
function withoutEchoes(faults: readonly Fault[]): Fault[] {
  const misspelt = faults.filter((fault) => fault.at === 'key').map((fault) => fault.path);
  return faults.filter(
    ({ path, at }) =>
      at === 'key' || !misspelt.some((key) => key.length === path.length + 1 && startsWith(key, path)),
  );
}

function startsWith(path: FaultPath, start: FaultPath): boolean {
  return start.every((part, index) => path[index] === part);
}

function lastIndexFirst(a: FaultPath, b: FaultPath): number {
  const [last, other] = [a.at(-1), b.at(-1)];
  return typeof last === 'number' && typeof other === 'number' ? other - last : b.length - a.length;
}

/** A copy without what stands at the path. */
function without(value: unknown, [part, ...deeper]: FaultPath): unknown {
  if (part === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (deeper.length === 0) return list.filter((_, index) => index !== part);
    return list.map((item, index) => (index === part ? without(item, deeper) : item));
  }
  const entries = Object.entries(value);
  if (deeper.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== part));
  return Object.fromEntries(entries.map(([key, item]) => [key, key === part ? without(item, deeper) : item]));
}
