import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRunnable } from '../../../orchestrator/commands/load-planned.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-notes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = `export const options = { vus: 3, duration: '30s', userAgent: 'mine' };
export default function user() {}
`;

async function notesOn(model: string, script = own): Promise<readonly string[]> {
  writeFileSync(join(folder, 'own.js'), script);
  const file = join(folder, 'scenario.yaml');
  writeFileSync(
    file,
    `name: own
groups: { servers: { role: server } }
load: { users: { script: own.js, target: servers, ${model} } }
phases: [{ name: run, duration: 30s }]
`,
  );
  return (await loadRunnable(file, {})).notes;
}

test('options of a script that its load takes the place of are named; others are not, nor where the script decides', async () => {
  expect(await notesOn('model: closed, stages: [{ duration: 30s, virtualUsers: 1 }]')).toEqual([
    'load.users: the load takes the place of vus, duration in the options of own.js',
  ]);
  expect(await notesOn('model: script')).toEqual([]);
});

test('modules that a script or what it imports has k6 load from the web are named, each once', async () => {
  writeFileSync(
    join(folder, 'lib.js'),
    "import { b } from 'http://lib.example/b.js';\nimport { a } from 'https://jslib.k6.io/httpx/0.1.0/index.js';\nexport const both = [a, b];\n",
  );
  const script = `import { a } from 'https://jslib.k6.io/httpx/0.1.0/index.js';
import { both } from './lib.js';
export default () => [a, both];
`;
  expect(await notesOn('model: script', script)).toEqual([
    'load.users: k6 loads http://lib.example/b.js, https://jslib.k6.io/httpx/0.1.0/index.js from the web for own.js; ' +
      'requests made in there, if any, are only counted when they end, so that those which hang are not. Keep a copy beside the script to have all counted',
  ]);
});
