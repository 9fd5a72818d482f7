// Scenarios and suites that the pages and the shipped files tell people to run: each is there, and takes the values that are set.
// And the twenty claims, each of which has to say what measures it and where the figure stands.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';
import { parseSets } from '../../../orchestrator/scenario/parameters/parse-sets.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const PAGES = globSync(['README.md', 'docs/**/*.md', 'scenarios/*.yaml', 'suites/*.yaml'], { cwd: ROOT });

interface Named {
  readonly file: string;
  readonly sets: readonly string[];
}

/** Behind a command, a file of `scenarios/` or `suites/`, and what else is written there. `…` stands for any value. */
function namedIn(text: string): Named[] {
  const joined = text.replaceAll(/\\\n\s*/g, '');
  const found = joined.matchAll(
    /\b(?:run|plan|validate|capacity|failures|suite) ((?:scenarios|suites)\/[\w-]+\.yaml)([^`#|\n]*)/g,
  );
  return [...found].map(([, file = '', rest = '']) => ({
    file,
    sets: [...rest.matchAll(/--set (\S+)/g)].map(([, set = '']) => set).filter((set) => !set.includes('…')),
  }));
}

const named = new Map(
  PAGES.flatMap((page) => {
    const text = read(page);
    // The claims leave out the folder and the command, as they say.
    const whole = page === 'docs/claims.md' ? text.replaceAll(/`([\w-]+\.yaml)/g, '`run scenarios/$1') : text;
    return namedIn(whole).map((each) => [[each.file, ...each.sets].join(' '), each] as const);
  }),
);

test.each([...named])('%s is there, and takes these values', async (_, { file, sets }) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  if (file.startsWith('suites/')) return;
  for (const set of parseSets(sets)) await loadScenario(join(ROOT, file), { set });
});

describe('claim', () => {
  const parts = read('docs/claims.md').split(/^\*\*(?=\d+\. )/m);
  const claims = parts.slice(1).map((part) => [Number.parseInt(part, 10), part] as const);
  const source = globSync(['orchestrator/**/*.ts', 'scenarios/*.yaml'], { cwd: ROOT }).map(read).join('\n');

  test('follows claim, up to twenty', () => {
    expect(claims.map(([number]) => number)).toEqual(Array.from({ length: 20 }, (_, nth) => nth + 1));
  });

  test.each(claims)('%i names what measures it, and figures that reports have', (_, text) => {
    expect(text).toMatch(/[\w-]+\.yaml/);
    const titles = [...text.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map(([, title = '']) => title);
    const fields = [...text.matchAll(/`(\.?[a-z][\w[\].]*)`/gi)].flatMap(
      ([, path = '']) => path.match(/[A-Za-z]\w*/g) ?? [],
    );
    expect(titles.length + fields.length).toBeGreaterThan(0);
    expect(titles.filter((title) => !source.includes(title))).toEqual([]);
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(source))).toEqual([]);
  });
});
