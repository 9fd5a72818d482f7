import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { generatedDocs } from '../../../docs/generate.ts';

test.each([...generatedDocs()])('%s is what `npm run generate` writes', async (path, content) => {
  expect(await readFile(resolve(import.meta.dirname, '../../..', path), 'utf8')).toBe(content);
});
