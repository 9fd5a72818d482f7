import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { expect, onTestFinished, test, vi } from 'vitest';
import { compareCommand } from '../../../orchestrator/commands/compare.ts';
import { makeSavedRun, writeSavedRun } from '../../fixtures/make-saved-run.ts';

async function twoFolders(): Promise<{ root: string; a: string; b: string; printed: () => string }> {
  const root = await mkdtemp(join(tmpdir(), 'topolab-compare-'));
  const a = await writeSavedRun(join(root, 'before'), makeSavedRun());
  const b = await writeSavedRun(join(root, 'after'), makeSavedRun());
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  onTestFinished(async () => {
    write.mockRestore();
    await rm(root, { recursive: true });
  });
  return { root, a, b, printed: () => write.mock.calls.map(([text]) => String(text)).join('') };
}

test('prints JSON alone, writes the files, and tells folders of the same name apart', async () => {
  const { root, a, b, printed } = await twoFolders();
  const [junit, markdown, html] = ['new/folder/c.xml', 'c.md', 'c.html'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const options = { failOn: 'difference', tolerance: 0.05, json: true, junit, markdown, html } as const;
  expect(await compareCommand([a, b], options)).toBe(0);
  expect(JSON.parse(printed())).toMatchObject({ baseline: a, candidates: [{ candidate: b }] });
  expect(XMLValidator.validate(await readFile(junit, 'utf8'))).toBe(true);
  expect(await readFile(markdown, 'utf8')).toContain('| figure |');
  expect(await readFile(html, 'utf8')).toMatch(/^<!doctype html>/);
});
