// Where a figure stands in a result: `phases[one server].p95Ms`, `max(nodes[*].readyAfterMs)`. Pure.

export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  /** Of a list: the item of this place or name, or every item. */
  | { readonly kind: 'item'; readonly key: string }
  /** Every item, or every one of which this field is true. */
  | { readonly kind: 'every'; readonly where: string | null };

export type Gather = 'min' | 'max' | 'sum' | 'mean' | 'count';

export interface FigurePath {
  readonly steps: readonly PathStep[];
  /** What the values of every item are summed up by; null where the path leads to a single one. */
  readonly gather: Gather | null;
}

const GATHERS: readonly Gather[] = ['min', 'max', 'sum', 'mean', 'count'];
const GATHERED = /^(min|max|sum|mean|count)\((.*)\)$/s;
const STEP = /^(?:\.?([A-Za-z]\w*)|\[([^\][]{1,100})\])/;

/** The path, or what is wrong with the text and what to write instead. */
export function parseFigurePath(text: string): FigurePath | { readonly problem: string } {
  const [, gather, inner] = GATHERED.exec(text.trim()) ?? [];
  const steps: PathStep[] = [];
  let rest = inner ?? text.trim();
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null || (steps.length === 0 && rest.startsWith('.')))
      return { problem: `can't be read from "${rest}" on; write for example phases[run].p95Ms` };
    const [whole, field, key] = match;
    steps.push(stepOf(field, key));
    rest = rest.slice(whole.length);
  }
  if (steps.length === 0) return { problem: 'is empty; write for example phases[run].p95Ms' };
  const every = steps.some(({ kind }) => kind === 'every');
  if (every && gather === undefined)
    return {
      problem: `gives a value for each item of [*]; write one of ${GATHERS.join(', ')} around it, as max(…)`,
    };
  if (!every && gather !== undefined)
    return { problem: `has nothing to sum up: ${gather}(…) needs [*] in its path` };
  return { steps, gather: (gather as Gather | undefined) ?? null };
}

function stepOf(field: string | undefined, key: string | undefined): PathStep {
  if (field !== undefined) return { kind: 'field', name: field };
  const inside = (key ?? '').trim();
  const [, where] = /^\*([A-Za-z]\w*)?$/.exec(inside) ?? [undefined, null];
  return where === null ? { kind: 'item', key: inside } : { kind: 'every', where: where ?? null };
}

/** Fields by which an item of a list is called. */
const NAMES = ['name', 'phase', 'load', 'node', 'group', 'id', 'check'];

/** A figure as it stands in a result. */
export interface FoundFigure {
  /** null where the result has the figure and says that there is none, as of users who were never served again. */
  readonly value: number | null;
  /** It is no less than that: a percentile beyond the last answer, or what such ones come to. */
  readonly atLeast: boolean;
}

/**
 * The figure in a result that was read from JSON; undefined where nothing stands at the path, or nothing that is a number or null; truth values are 1 and 0.
 * Of several items those that have no such field are left out. Where one has it and it is null, so is the figure: what the others come to would be too good.
 */
export function figureAt(result: unknown, { steps, gather }: FigurePath): FoundFigure | undefined {
  const parents = steps
    .slice(0, -1)
    .reduce<readonly unknown[]>((values, step) => values.flatMap((value) => follow(value, step)), [result]);
  const last = steps.at(-1);
  const found = parents.flatMap((parent) =>
    last === undefined
      ? []
      : follow(parent, last).map((value) => ({ value, atLeast: isLeast(parent, last) })),
  );
  if (gather === 'count') return { value: found.length, atLeast: false };
  if (found.some(({ value }) => value === null)) return { value: null, atLeast: false };
  const numbers = found.flatMap(({ value, atLeast }) => {
    const number = numberOf(value);
    return number === undefined ? [] : [{ value: number, atLeast }];
  });
  const [first] = numbers;
  if (first === undefined) return undefined;
  if (gather === null) return first;
  // Exact ones first, where they are equal.
  if (gather === 'min')
    return numbers.toSorted((a, b) => a.value - b.value || Number(a.atLeast) - Number(b.atLeast))[0];
  const values = numbers.map(({ value }) => value);
  const sum = values.reduce((total, value) => total + value, 0);
  const value = gather === 'max' ? Math.max(...values) : gather === 'sum' ? sum : sum / values.length;
  return { value, atLeast: numbers.some(({ atLeast }) => atLeast) };
}

/** Results say it beside the figure: `atLeast: true` of one that is `measured`, `atLeast: ['p95']` of percentiles. */
function isLeast(parent: unknown, step: PathStep): boolean {
  if (step.kind !== 'field') return false;
  const atLeast = fieldOf(parent, 'atLeast');
  if (Array.isArray(atLeast)) return atLeast.some((name) => step.name === `${name}Ms`);
  return atLeast === true && step.name === 'measured';
}

function follow(value: unknown, step: PathStep): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step.kind === 'field')
    return !Array.isArray(value) && Object.hasOwn(value, step.name)
      ? [(value as Record<string, unknown>)[step.name]]
      : [];
  if (!Array.isArray(value)) {
    // A mapping by names of the scenario: `nodes` of a phase.
    if (step.kind === 'every') return step.where === null ? Object.values(value) : [];
    return Object.hasOwn(value, step.key) ? [(value as Record<string, unknown>)[step.key]] : [];
  }
  if (step.kind === 'every') {
    const { where } = step;
    return where === null ? value : value.filter((item: unknown) => fieldOf(item, where) === true);
  }
  if (/^\d{1,6}$/.test(step.key)) return value.slice(Number(step.key), Number(step.key) + 1);
  const named = value.find((item: unknown) => isCalled(item, step.key));
  return named === undefined ? [] : [named];
}

function isCalled(item: unknown, key: string): boolean {
  return NAMES.some((field) => fieldOf(item, field) === key);
}

function fieldOf(item: unknown, field: string): unknown {
  return typeof item === 'object' && item !== null && Object.hasOwn(item, field)
    ? (item as Record<string, unknown>)[field]
    : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
