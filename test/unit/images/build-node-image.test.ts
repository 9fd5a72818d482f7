import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  ensureNodeImage,
  nodeImageFolder,
  nodeImageTag,
} from '../../../orchestrator/images/build-node-image.ts';
import { NODE_BASE_IMAGE } from '../../../orchestrator/image-names.ts';
import { publishedIn } from '../../../orchestrator/images/published.ts';
import { fakeImages } from './fake-images.ts';

const folders: string[] = [];
const options = { allowSubstitutes: false, signal: new AbortController().signal, onStep: () => {} };

function programFolder(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'topolab-node-image-'));
  folders.push(folder);
  writeFileSync(join(folder, 'part.ts'), "export const greeting: string = 'hello';");
  writeFileSync(join(folder, 'main.ts'), program);
  cpSync(join(nodeImageFolder, 'Dockerfile'), join(folder, 'Dockerfile'));
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('the node image', () => {
  const program = "import { greeting } from './part.ts'; console.log(greeting);";

  test('is built of one bundled file and a Dockerfile, and never pulled', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => 'no such host');
    const tag = await ensureNodeImage(fake.engine, options, programFolder(program));
    expect(tag).toMatch(/^topolab\/node:[0-9a-f]{12}$/);
    expect(fake.calls).toEqual([`build ${tag}`]);
    expect([...(fake.contexts.get(tag)?.keys() ?? [])]).toEqual(['Dockerfile', 'main.js']);
  });

  test('is pulled where it is published, as whoever may', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => undefined);
    const auth = { serveraddress: 'registry.test', username: 'ci', password: 'x' };
    const credentials = { for: async () => ({ auth, words: '' }) };
    const published = {
      ...options,
      credentials,
      published: publishedIn({ TOPOLAB_IMAGES: 'registry.test/tools/topolab/' }),
    };
    const ref = await ensureNodeImage(fake.engine, published, programFolder(program));
    expect(ref).toMatch(/^registry\.test\/tools\/topolab\/node:[0-9a-f]{12}$/);
    expect(await ensureNodeImage(fake.engine, published, programFolder(program))).toBe(ref);
    expect(fake.calls).toEqual([`pull ${ref}`]);
    expect(fake.pulls).toMatchObject([{ auth }]);
  });

  test('is built where it is not published', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => 'manifest unknown');
    const published = { ...options, published: 'registry.test/topolab' };
    const tag = await ensureNodeImage(fake.engine, published, programFolder(program));
    expect(fake.calls).toEqual([`pull registry.test/${tag}`, `build ${tag}`]);
  });

  test('has the libraries of the network in a file of their own, left out of the program', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => 'no such host');
    const folder = programFolder("export const load = async () => (await import('./libp2p.ts')).library;");
    writeFileSync(join(folder, 'libp2p.ts'), "export const library = 'a large library';");
    const tag = await ensureNodeImage(fake.engine, options, folder);
    const context = fake.contexts.get(tag);
    expect([...(context?.keys() ?? [])]).toEqual(['Dockerfile', 'main.js', 'libp2p.js']);
    expect(String(context?.get('main.js'))).not.toContain('a large library');
  });

  test('keeps its tag wherever the project lies, and is not built again', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => 'no such host');
    const first = await ensureNodeImage(fake.engine, options, programFolder(program));
    const second = await ensureNodeImage(fake.engine, options, programFolder(program));
    expect(second).toBe(first);
    expect(fake.calls).toHaveLength(1);
  });

  test('gets another tag when the program changes', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => 'no such host');
    const first = await ensureNodeImage(fake.engine, options, programFolder(program));
    const second = await ensureNodeImage(fake.engine, options, programFolder(`${program} console.log(2);`));
    expect(second).not.toBe(first);
  });

  test('gets another tag when the Dockerfile changes', () => {
    expect(nodeImageTag('program', 'FROM a')).not.toBe(nodeImageTag('program', 'FROM b'));
  });

  test('names the place in a program that cannot be bundled', async () => {
    const fake = fakeImages([NODE_BASE_IMAGE], () => undefined);
    const work = ensureNodeImage(fake.engine, options, programFolder("import './missing.ts';"));
    await expect(work).rejects.toMatchObject({
      code: 'node-program-not-bundled',
      message: expect.stringContaining('missing.ts'),
    });
  });
});
