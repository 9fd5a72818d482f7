// That no part of the program knows, by however many steps, one that knows it: neither files nor the folders they lie in. A type
// import counts as much as any other. oxc-parser reads the imports: TypeScript 7 has no API of its own yet, what lints circles looks
// at files only, and the graph tools bring a TypeScript of their own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { betweenFolders, circlesIn, importGraph } from './import-graph.ts';
import { brokenRooms, roomsIn, untouchedIn } from './rooms.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('imports', () => {
  const graph = importGraph(root, ['orchestrator', 'node-image', 'dashboards']);

  it('names only files that are there', () => {
    const missing = [...graph.values()]
      .flatMap((imported) => [...imported])
      .filter((file) => !graph.has(file));
    expect(missing).toEqual([]);
  });

  it('makes no circle of files', () => {
    expect(circlesIn(graph)).toEqual([]);
  });

  it('makes no circle of folders', () => {
    expect(circlesIn(betweenFolders(graph))).toEqual([]);
  });

  it('goes from room to room only as docs/architecture.md says', () => {
    const rooms = roomsIn(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
    expect(rooms.length).toBeGreaterThan(20);
    expect(brokenRooms(rooms, graph)).toEqual([]);
    expect(untouchedIn(rooms, graph)).toEqual([]);
  });
});

describe('what holds the rooms', () => {
  const rooms = roomsIn(`# Rooms

| room | what it is for | may touch |
|---|---|---|
| \`engine/\` | containers | |
| \`plan/\` | timed actions | |
| \`run/\` | runs | \`plan/\` |
| \`run/clean/\` | removal | \`engine/\` |

Text.
`);
  const broken = (file: string, imported: string) =>
    brokenRooms(rooms, new Map([[file, new Set([imported])]]));

  it.each([
    ['a room that is named', 'orchestrator/run/run.ts', 'orchestrator/plan/plan.ts'],
    ['a folder of its own', 'orchestrator/run/run.ts', 'orchestrator/run/steps/step.ts'],
    ['what is open to all', 'orchestrator/engine/engine.ts', 'orchestrator/errors.ts'],
    ['a room within another', 'orchestrator/run/clean/clean.ts', 'orchestrator/engine/fake/fake.ts'],
  ])('lets a file import %s', (_, file, imported) => {
    expect(broken(file, imported)).toEqual([]);
  });

  it.each([
    [
      'a room that is not named',
      'orchestrator/run/run.ts',
      'orchestrator/engine/engine.ts',
      'may not touch orchestrator/engine',
    ],
    ['a later room', 'orchestrator/plan/plan.ts', 'orchestrator/run/run.ts', 'no room above its own'],
    ['what is in no room', 'orchestrator/run/run.ts', 'orchestrator/utils/all.ts', 'no room above its own'],
    [
      'anything from no room',
      'orchestrator/utils/all.ts',
      'orchestrator/errors.ts',
      'orchestrator/utils is in no room',
    ],
  ])('reports it where a file imports %s', (_, file, imported, says) => {
    expect(broken(file, imported)).toEqual([expect.stringContaining(says)]);
  });
});

it('reports a room that another may touch and does not', () => {
  const rooms = roomsIn(`| room | what it is for | may touch |
|---|---|---|
| \`engine/\` | containers | |
| \`plan/\` | timed actions | |
| \`run/\` | runs | \`engine/\` \`plan/\` |
`);
  const graph = new Map([['orchestrator/run/run.ts', new Set(['orchestrator/plan/draw/draw.ts'])]]);
  expect(untouchedIn(rooms, graph)).toEqual(['orchestrator/run may touch orchestrator/engine, and does not']);
});

describe('what looks for circles', () => {
  const planted = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'topolab-circles-'));
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const graph = importGraph(folder, ['src']);
      return { files: circlesIn(graph), folders: circlesIn(betweenFolders(graph)) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it.each([
    ['an import of a type', "import type { A } from '../a/a.ts';\nexport type B = A;\n"],
    ['an export from elsewhere', "export { a } from '../a/a.ts';\n"],
    ['a dynamic import', "export const load = () => import('../a/a.ts');\n"],
  ])('counts %s', (_, text) => {
    const circles = planted({
      'src/a/a.ts': "import type { C } from '../c/c.ts';\nexport type A = C;\n",
      'src/b/b.ts': text,
      'src/c/c.ts': "import { b } from '../b/b.ts';\nexport type C = typeof b;\n",
    });
    expect(circles).toEqual({
      files: ['src/a/a.ts → src/c/c.ts → src/b/b.ts → src/a/a.ts'],
      folders: ['src/a → src/c → src/b → src/a'],
    });
  });

  it('finds folders that know each other by different files', () => {
    const circles = planted({
      'src/main.ts': "export { inner } from './inner/inner.ts';\n",
      'src/shared.ts': 'export const shared = 1;\n',
      'src/inner/inner.ts': "import { shared } from '../shared.ts';\nexport const inner = shared;\n",
    });
    expect(circles).toEqual({ files: [], folders: ['src → src/inner → src'] });
  });
});
