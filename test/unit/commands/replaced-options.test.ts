import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRunnable } from '../../../orchestrator/commands/load-planned.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-replaced-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = `export const options = { vus: 3, duration: '30s', userAgent: 'mine' };
export default function user() {}
`;

async function replaced(model: string): Promise<readonly string[]> {
  writeFileSync(join(folder, 'own.js'), own);
  const file = join(folder, 'scenario.yaml');
  writeFileSync(
    file,
    `name: own
groups: { servers: { role: server } }
load: { users: { script: own.js, target: servers, ${model} } }
phases: [{ name: run, duration: 30s }]
`,
  );
  return (await loadRunnable(file, {})).replaced;
}

test('options of a script that its load takes the place of are named; others are not, nor where the script decides', async () => {
  expect(await replaced('model: closed, stages: [{ duration: 30s, virtualUsers: 1 }]')).toEqual([
    'load.users: the load takes the place of vus, duration in the options of own.js',
  ]);
  expect(await replaced('model: script')).toEqual([]);
});
