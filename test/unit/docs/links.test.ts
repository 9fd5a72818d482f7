// Links between the project's own pages: a heading that is renamed must not leave links behind that lead nowhere.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

function proseOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replaceAll(/^```.*?^```/gms, '');
}

/** As GitHub makes them from headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links of the page that lead nowhere. */
function brokenLinksOf(page: string): string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor = ''] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== '' && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
}

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  expect(brokenLinksOf(page)).toEqual([]);
});

test('the list of documents has every guide and every decision', () => {
  const listed = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  const missing = globSync('docs/{guide,decisions}/*.md', { cwd: ROOT }).filter(
    (page) => !listed.includes(`${basename(dirname(page))}/${basename(page)})`),
  );
  expect(missing).toEqual([]);
});
