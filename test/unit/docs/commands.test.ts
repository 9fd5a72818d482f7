// Commands that pages and first files tell people to type: each is one of the command line, with flags that it has.
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ciSystems } from '../../../orchestrator/init/answers.ts';
import { firstFiles } from '../../../orchestrator/init/first-files.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROGRAM = join(ROOT, 'orchestrator/command-line/main.ts');
const PAGES = ['README.md', ...globSync('docs/{*.md,guide/*.md}', { cwd: ROOT })];

const answers = {
  name: 'shop',
  image: null,
  compose: null,
  port: 80,
  path: '/',
  ready: null,
  ratePerSecond: 1,
};
const texts = [
  ...PAGES.map((page) => ({ where: page, text: readFileSync(join(ROOT, page), 'utf8') })),
  ...ciSystems.flatMap((ci) =>
    firstFiles({ ...answers, ci }).map(({ path, content }) => ({ where: path, text: content })),
  ),
];

/** `topolab run FILE --setup`, up to the end of the code or a comment behind it. */
const typed = texts.flatMap(({ where, text }) =>
  [...text.replaceAll(/\\\n\s*/g, ' ').matchAll(/\btopolab ((?:stack )?[a-z]+)(?=[ `\n])([^`\n#|;]*)/g)].map(
    ([whole, command = '', rest = '']) => ({
      where,
      whole,
      command,
      flags: [...rest.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag),
    }),
  ),
);

const helpOf = async (words: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [PROGRAM, ...words, '--help'])).stdout;

test('every command that is written somewhere is there, with its flags', async () => {
  const general = await helpOf([]);
  const withFlags = typed.filter(({ flags }) => flags.length > 0);
  const names = [...new Set(withFlags.map(({ command }) => command))];
  const helps = new Map(
    await Promise.all(names.map(async (name) => [name, await helpOf(name.split(' '))] as const)),
  );
  const unknown = withFlags.flatMap(({ where, whole, command, flags }) =>
    flags
      .filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(`${helps.get(command)}${general}`))
      .map((flag) => `${where}: ${flag} in ${whole.trim()}`),
  );
  expect(unknown).toEqual([]);
  expect(withFlags.length).toBeGreaterThan(50);
}, 30_000);
