import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

test('300 mutated files are each refused with words or valid', { timeout: 300_000 }, async () => {
  const program = resolve(import.meta.dirname, '../../fuzz/main.ts');
  const keep = join(tmpdir(), 'topolab-fuzz-findings');
  const args = [program, '--files', '300', '--seed', '20261129', '--workers', '1', '--keep', keep];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = await once(child, 'close');
  expect(output).toMatch(/300 files in \d+ s \(seed 20261129\): \d+ refused, \d+ valid\n$/);
  expect(code).toBe(0);
});
