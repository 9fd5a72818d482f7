import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { initCommand } from '../../../orchestrator/commands/init.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-init-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('writes a first scenario, and keeps what was in files that it adds to', async () => {
  writeFileSync(join(folder, 'package.json'), '{ "name": "mine" }');
  writeFileSync(join(folder, '.gitignore'), 'dist');
  await initCommand(folder, { image: 'shop:1.4', port: '3000', yes: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain('image: shop:1.4');
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toMatch(/^dist\n\/runs\/\n/);
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
    name: 'mine',
    scripts: { 'load-test': 'topolab run topolab.yaml' },
  });
});

it('writes nothing over what is there, unless told to', async () => {
  writeFileSync(join(folder, 'topolab.yaml'), 'mine');
  await expect(initCommand(folder, { yes: true })).rejects.toThrow(
    /topolab\.yaml already exists; nothing was written/,
  );
  expect(existsSync(join(folder, 'load'))).toBe(false);
  await initCommand(folder, { yes: true, force: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).not.toBe('mine');
});

it('writes nothing where what it would add to is a folder', async () => {
  mkdirSync(join(folder, '.gitignore'));
  await expect(initCommand(folder, { yes: true })).rejects.toThrow(
    /write .*\.gitignore: a folder of that name is there/,
  );
  expect(existsSync(join(folder, 'topolab.yaml'))).toBe(false);
});

it.each([
  [{ rate: '0' }, '--rate "0": is not a number that fits; write a whole number from 1 to 5000'],
  [{ port: '70000' }, '--port "70000": is not a number that fits; write a whole number from 1 to 65535'],
  [{ ci: 'jenkins' }, '--ci "jenkins": is not known here; write github, gitlab or none'],
  [{ path: 'shop' }, '--path "shop": is not a path; write for example /health'],
  [{ path: `/${'a'.repeat(2000)}` }, ': is longer than 2000 characters; write less'],
  [{ image: 'Shop' }, '--image "Shop": '],
])('refuses %j, and writes nothing', async (options, message) => {
  await expect(initCommand(folder, { ...options, yes: true })).rejects.toThrow(message);
  expect(existsSync(join(folder, 'topolab.yaml'))).toBe(false);
});
