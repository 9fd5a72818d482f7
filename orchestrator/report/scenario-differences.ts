// What differs between two JSON values, path by path: `groups.servers.cpus: 0.2 → 0.5`. Pure.

export interface Difference {
  readonly path: string;
  /** Undefined where only the other has it. */
  readonly a: unknown;
  readonly b: unknown;
}

/** Where a file lies on someone's machine says nothing about a scenario. */
const leftOut = new Set(['scriptPath']);

/** Lists whose entries have names (groups, loads, phases, objectives) are compared name by name, others by position. */
export function differencesBetween(a: unknown, b: unknown, path = ''): Difference[] {
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !leftOut.has(key));
    return keys.flatMap((key) => differencesBetween(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const named = [...a, ...b].every((each) => nameOf(each) !== undefined) && areUnique(a) && areUnique(b);
    return differencesBetween(keyed(a, named), keyed(b, named), path);
  }
  return Object.is(a, b) ? [] : [{ path, a, b }];
}

function keyed(list: readonly unknown[], named: boolean): Record<string, unknown> {
  return Object.fromEntries(
    list.map((each, index) => [named ? (nameOf(each) ?? '') : String(index), each] as const),
  );
}

function areUnique(list: readonly unknown[]): boolean {
  return new Set(list.map(nameOf)).size === list.length;
}

function nameOf(value: unknown): string | undefined {
  const name = isObject(value) ? value['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
