import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookIntoScript } from '../../../orchestrator/load/bundle-script.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-thresholds-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const script = { script: 'load.ts', scriptPath: join(folder, 'load.ts'), files: [] };
  return (await lookIntoScript(script)).problems;
}

const user = 'export default function user(): void {}\n';

test.each([
  [
    'in the script',
    { 'load.ts': `export const options = {\n  thresholds: { http_req_duration: ['p95<500'] },\n};\n${user}` },
    /^load\.ts:2:\d+ threshold "p95<500" .* write p\(95\)$/,
  ],
  [
    'in a module of its own, put together of parts',
    {
      'lib/common.ts': `export const common = { 'checks{a}': ['rate>0.9'] };\n`,
      'lib/options.ts': `import { common } from './common.ts';\nexport const options: object = { thresholds: { ...common } };\n`,
      'load.ts': `export { options } from './lib/options.ts';\n${user}`,
    },
    /^lib\/common\.ts:1:\d+ threshold "checks\{a\}" has the tag "a" without a value/,
  ],
  [
    'with abortOnFail',
    {
      'load.ts': `const limit = { threshold: 'rate<1%', abortOnFail: true };\nexport const options = { thresholds: { http_req_failed: [limit] } };\n${user}`,
    },
    /^load\.ts:1:\d+ threshold .* write 0\.01$/,
  ],
])('a threshold that is none is found where it stands: %s', async (_, files, said) => {
  const [problem, ...others] = await problemsOf(files);
  expect(others).toEqual([]);
  expect(problem).toMatch(said);
});

test.each([
  [
    'good ones',
    `export const options = { thresholds: { http_req_duration: ['p(95)<500', { threshold: 'avg<1' }] } };`,
  ],
  [
    'what is computed',
    'const limit = Date.now();\nexport const options = { thresholds: { http_reqs: [`p95<${limit}`] } };',
  ],
  [
    'options that are a function’s',
    'export const options = (() => ({ thresholds: { a: ["nonsense"] } }))();',
  ],
  [
    'what refers to itself, and to each part many times',
    `const a = [...b, ...b]; const b = [...a, ...a, ...a]; export const options = { thresholds: { c: a } };`,
  ],
  ['no options', ''],
])('nothing is said of %s', async (_, options) => {
  expect(await problemsOf({ 'load.ts': `${options}\n${user}` })).toEqual([]);
});
