// Who imports whom, type imports included: what the tests of the house's arrows look at.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

/** Node → those it imports. Files are relative to the root of the project. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** Of every TypeScript file below `folders`; imports of packages are left out. */
export function importGraph(root: string, folders: readonly string[]): ImportGraph {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
      .map((path) => join(folder, path)),
  );
  return new Map(files.map((file) => [file, new Set(importsOf(root, file))]));
}

function importsOf(root: string, file: string): string[] {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`);
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    // With their quotes; a name that is computed can't be followed.
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
  return named
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(root, resolve(dirname(path), name)));
}

/** The same between the folders in which the files lie. */
export function betweenFolders(files: ImportGraph): ImportGraph {
  const folders = new Map<string, Set<string>>();
  for (const [file, imported] of files) {
    const folder = dirname(file);
    const known = folders.get(folder) ?? new Set();
    for (const other of imported) if (dirname(other) !== folder) known.add(dirname(other));
    folders.set(folder, known);
  }
  return folders;
}

/** A shortest circle through each node that lies on one, each once: `a → b → a`. */
export function circlesIn(graph: ImportGraph): string[] {
  const circles = new Map<string, string>();
  for (const start of graph.keys()) {
    const circle = shortestCircle(graph, start);
    if (circle === undefined) continue;
    const key = circle.toSorted().join(' ');
    if (!circles.has(key)) circles.set(key, [...circle, start].join(' → '));
  }
  return [...circles.values()];
}

/** Breadth first, back to where it began. */
function shortestCircle(graph: ImportGraph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  // Grows while it is walked through.
  for (const node of waiting) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return pathTo(node, cameFrom, start);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      waiting.push(next);
    }
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string>, start: string): string[] {
  const path = [end];
  for (let node = end; node !== start; ) {
    node = cameFrom.get(node) ?? start;
    path.unshift(node);
  }
  return path;
}
