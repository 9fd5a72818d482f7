// Trials that are gone on with: scripts and images must be those of before.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepInputs } from '../../../orchestrator/commands/kept-inputs.ts';
import { makeScenario } from '../../fixtures/make-saved-run.ts';
import { tmpdir } from 'node:os';

let root: string;
const images = { 'shop:1.4': { id: 'sha256:a', repoDigests: [] } };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'topolab-inputs-'));
  mkdirSync(join(root, 'study'));
  writeFileSync(join(root, 'lib.ts'), "export const path = '/work';\n");
  writeFileSync(join(root, 'users.csv'), 'ann\n');
  writeFileSync(
    join(root, 'users.ts'),
    "import http from 'k6/http';\nimport { path } from './lib.ts';\nconst users = open('users.csv');\nexport default () => http.get(path + users);\n",
  );
});

function keep(changes: Record<string, { id: string; repoDigests: never[] }> = {}): Promise<void> {
  const [load] = makeScenario().loads;
  if (load === undefined) throw new Error('the fixture has a load');
  const loads = [{ ...load, script: 'users.ts', scriptPath: join(root, 'users.ts'), files: [] }];
  return keepInputs(join(root, 'study'), [{ loads }], [{ images: { ...images, ...changes } }]);
}

describe('what trials are made with', () => {
  it('is kept, and may be as it was', async () => {
    await keep();
    const kept = readFileSync(join(root, 'study/inputs.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ images: { 'shop:1.4': 'sha256:a' } });
    await keep();
    // Topolab's own image has another name with each version of it.
    await keep({ 'topolab/node:2': { id: 'sha256:n', repoDigests: [] } });
    expect(readFileSync(join(root, 'study/inputs.json'), 'utf8')).toBe(kept);
  });

  it.each([
    ['users.ts', 'export default () => {};\n'],
    ['lib.ts', "export const path = '/other';\n"],
    ['users.csv', 'bob\n'],
  ])('must not have changed: %s', async (file, content) => {
    await keep();
    writeFileSync(join(root, file), content);
    await expect(keep()).rejects.toMatchObject({ code: 'inputs-changed', exitCode: 2 });
    await expect(keep()).rejects.toThrow(/script .*users\.ts changed since it was begun/);
  });

  it('must not have changed: an image of the same name', async () => {
    await keep();
    await expect(keep({ 'shop:1.4': { id: 'sha256:b', repoDigests: [] } })).rejects.toThrow(
      /image shop:1\.4 changed/,
    );
  });

  it('is not known of folders of earlier versions', async () => {
    await keep();
    rmSync(join(root, 'study/inputs.json'));
    writeFileSync(join(root, 'lib.ts'), "export const path = '/other';\n");
    await expect(keep()).resolves.toBeUndefined();
  });
});
