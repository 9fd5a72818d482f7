import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleScript, SUMMARY_PATH } from '../../../orchestrator/load/bundle-script.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-bundle-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Bundled {
  readonly default?: () => unknown;
  readonly options: Readonly<Record<string, unknown>>;
  readonly handleSummary: (data: unknown) => Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

/** The bundle as k6 would load it. */
async function load(path: string, options: Readonly<Record<string, unknown>> = {}): Promise<Bundled> {
  const { entry, files } = await bundleScript(path, options);
  const code = String(files.find((file) => file.path === entry)?.content);
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Bundled;
}

describe('a bundled k6 script', () => {
  it('has our options before its own, and keeps those that we don’t set', async () => {
    const path = write(
      'load.ts',
      'export const options = { vus: 7, userAgent: "mine" };\nexport default () => 1;',
    );
    const { options } = await load(path, { vus: 1, tags: { run: 'r' } });
    expect(options).toEqual({ vus: 1, userAgent: 'mine', tags: { run: 'r' } });
  });

  it('keeps every other export: setup, teardown and functions that options name', async () => {
    const source = `
      export const setup = () => 'data';
      export function teardown(): void {}
      export async function browse(): Promise<number> { return 2; }
      export default (): number => 1;`;
    const bundled = await load(write('load.ts', source));
    expect(bundled.default?.()).toBe(1);
    expect(Object.keys(bundled).toSorted()).toEqual([
      'browse',
      'default',
      'handleSummary',
      'options',
      'setup',
      'teardown',
    ]);
  });

  it('writes its summary where we look for it, next to what it writes itself', async () => {
    const own = 'export default () => 1;\nexport const handleSummary = () => ({ stdout: "mine" });';
    const { handleSummary } = await load(write('load.js', own));
    expect(handleSummary({ metrics: {} })).toEqual({ stdout: 'mine', [SUMMARY_PATH]: '{"metrics":{}}' });
  });

  it('holds what it imports from beside it, and leaves k6’s own modules to k6', async () => {
    write('lib/numbers.ts', 'export const answer: number = 42;');
    const path = write(
      'load.ts',
      "import http from 'k6/http';\nimport { answer } from './lib/numbers.ts';\nexport default () => http.get(String(answer));",
    );
    const { files } = await bundleScript(path, {});
    const code = String(files[0]?.content);
    expect(code).toMatch(/from ["']k6\/http["']/);
    expect(code).toContain('42');
    expect(files).toHaveLength(1);
  });

  it('is refused where an import is missing, with its file and line', async () => {
    const path = write('load.ts', "\nimport { a } from './nowhere.ts';\nexport default () => a;");
    await expect(bundleScript(path, {})).rejects.toMatchObject({
      code: 'script-invalid',
      exitCode: 2,
      message: expect.stringMatching(/load\.ts:2:19 Could not resolve "\.\/nowhere\.ts"/) as string,
    });
  });

  it('is refused with all its faults where its syntax is wrong', async () => {
    const path = write('load.ts', 'export default () => {\n  const = 1;\n};');
    await expect(bundleScript(path, {})).rejects.toThrow(/load\.ts:2:9 /);
  });
});

describe('data files beside a script', () => {
  const script = 'export default () => 1;';

  it('come along under their paths; code, hidden files and modules do not', async () => {
    const path = write('load.ts', script);
    write('users.csv', 'a,b\n');
    write('data/words.json', '["x"]');
    write('other.ts', script);
    write('tsconfig.json', '{}');
    write('.env', 'SECRET=1');
    write('node_modules/m/data.txt', 'x');
    const { files } = await bundleScript(path, {});
    expect(files.map((file) => file.path).toSorted()).toEqual([
      '/topolab/load/data/words.json',
      '/topolab/load/topolab-entry.js',
      '/topolab/load/users.csv',
    ]);
  });

  it('may be 32 MiB in all, and not a byte more', async () => {
    const path = write('load.ts', script);
    write('half.bin', Buffer.alloc(16 * 2 ** 20));
    write('other-half.bin', Buffer.alloc(16 * 2 ** 20));
    expect((await bundleScript(path, {})).files).toHaveLength(3);
    write('more.bin', Buffer.alloc(1));
    await expect(bundleScript(path, {})).rejects.toMatchObject({
      code: 'script-invalid',
      message: expect.stringContaining('more than 32 MiB') as string,
    });
  });
});
