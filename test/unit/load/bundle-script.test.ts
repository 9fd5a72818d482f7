import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleScript, settingsModule, SUMMARY_PATH } from '../../../orchestrator/load/bundle-script.ts';
import { dataFiles } from '../../../orchestrator/load/data-files.ts';
import type { GeneratorSettings } from '../../../orchestrator/load/in-k6/settings.ts';
import { writeStandInK6, type StandInK6 } from './stand-in-k6.ts';

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
  readonly default: (...args: unknown[]) => unknown;
  readonly options: Readonly<Record<string, unknown>>;
  readonly handleSummary: (data: unknown) => Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

const settings: GeneratorSettings = {
  windows: [
    { name: 'first', untilMs: 1000 },
    { name: 'second', untilMs: 2000 },
  ],
  deadlineMs: 3000,
  tagValues: 3,
  options: {},
  putAside: [],
};

/** The bundle as k6 would load it, on a stand-in for k6's modules. */
async function load(
  source: string,
  given: Partial<GeneratorSettings> = {},
  name = 'load.ts',
): Promise<{ script: Bundled; k6: StandInK6 }> {
  const bundled = await bundleScript(write(`source/${name}`, source));
  const k6 = writeStandInK6(folder);
  const type = bundled.format === 'esm' ? 'mjs' : 'cjs';
  const code = bundled.code.replaceAll('./topolab-settings.js', `./topolab-settings.${type}`);
  write(`topolab-settings.${type}`, settingsModule(bundled, { ...settings, ...given }));
  const url = pathToFileURL(write(`topolab-bundle.${type}`, code)).href;
  const loaded = (await import(url)) as { default: Bundled };
  const script = bundled.format === 'esm' ? (loaded as unknown as Bundled) : loaded.default;
  return { script, k6 };
}

describe('a bundled k6 script', () => {
  it('has our options before its own, keeps those that we don’t set, and lets the scenario say how much load there is', async () => {
    const { script } = await load(
      'export const options = { vus: 7, duration: "30s", userAgent: "mine" };\nexport default () => 1;',
      { options: { noCookiesReset: true }, putAside: ['vus', 'duration'] },
    );
    expect(script.options).toEqual({ userAgent: 'mine', noCookiesReset: true, setupTimeout: '120s' });
  });

  it('keeps its own tags and time for setup(); names of our labels among them are renamed', async () => {
    const { script } = await load(
      'export const options = { tags: { team: "a", run: "smoke" }, setupTimeout: "300s" };\nexport default () => 1;',
    );
    expect(script.options).toEqual({
      tags: { team: 'a', exported_run: 'smoke' },
      setupTimeout: '300s',
    });
  });

  it('keeps every other export: setup, teardown and functions that options name', async () => {
    const source = `
      export const setup = () => 'data';
      export function teardown(): void {}
      export async function browse(): Promise<number> { return 2; }
      export default (): number => 1;`;
    const { script } = await load(source);
    expect(script.default()).toBe(1);
    expect(Object.keys(script).toSorted()).toEqual([
      'browse',
      'default',
      'handleSummary',
      'options',
      'setup',
      'teardown',
    ]);
  });

  it('may be CommonJS', async () => {
    const source = `
      const http = require('k6/http');
      exports.options = { userAgent: 'mine' };
      exports.browse = () => http.get('http://a/b').status;
      exports.default = (data) => data;`;
    const { script, k6 } = await load(source, {}, 'load.js');
    expect(script.options).toMatchObject({ userAgent: 'mine' });
    expect(script.default(5)).toBe(5);
    expect((script['browse'] as () => unknown)()).toBe(200);
    expect(k6.total('topolab_iterations_started')).toBe(2);
    expect(k6.total('topolab_requests_started')).toBe(1);
  });

  it('writes its summary where we look for it, next to what it writes itself', async () => {
    const own = 'export default () => 1;\nexport const handleSummary = () => ({ stdout: "mine" });';
    const { script } = await load(own, {}, 'load.js');
    expect(script.handleSummary({ metrics: {} })).toEqual({
      stdout: 'mine',
      [SUMMARY_PATH]: '{"metrics":{}}',
    });
  });

  it('holds what it imports from beside it, and leaves what is on the web to k6', async () => {
    write('lib/numbers.ts', 'export const answer: number = 42;');
    const path = write(
      'load.ts',
      "import { x } from 'https://jslib.k6.io/x.js';\nimport { answer } from './lib/numbers.ts';\nexport default () => x(answer);",
    );
    const { code } = await bundleScript(path);
    expect(code).toMatch(/from ["']https:\/\/jslib.k6.io\/x.js["']/);
    expect(code).toContain('42');
  });

  it('is refused where an import is missing, with its file and line', async () => {
    const path = write('load.ts', "\nimport { a } from './nowhere.ts';\nexport default () => a;");
    await expect(bundleScript(path)).rejects.toMatchObject({
      code: 'script-invalid',
      exitCode: 2,
      message: expect.stringMatching(/load\.ts:2:19 Could not resolve "\.\/nowhere\.ts"/) as string,
    });
  });

  it('is refused with all its faults where its syntax is wrong', async () => {
    const path = write('load.ts', 'export default () => {\n  const = 1;\n};');
    await expect(bundleScript(path)).rejects.toThrow(/load\.ts:2:9 /);
  });
});

describe('what users meet', () => {
  it('is counted in the window in which a request starts, with what came of its iteration', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default function (status) {
        const { status: got } = http.get('http://a/' + status);
        if (got === 418) throw new Error('no tea');
      }`);
    k6.nowMs = 500;
    script.default(200);
    script.default(500);
    k6.nowMs = 1500;
    expect(() => script.default(418)).toThrow('no tea');
    expect(k6.counts('topolab_iterations_started')).toEqual({ 'window=first': 2, 'window=second': 1 });
    expect(k6.counts('topolab_iterations_ended')).toEqual({
      'outcome=done,window=first': 1,
      'outcome=failed,window=first': 1,
      'outcome=exception,window=second': 1,
    });
    expect(k6.counts('topolab_requests_started')).toEqual({ 'window=first': 2, 'window=second': 1 });
    expect(k6.counts('topolab_requests_ended')).toEqual({ 'window=first': 2, 'window=second': 1 });
  });

  it('is what the script expects: a status that it allows is no failure', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      const allowed = { responseCallback: http.expectedStatuses(404, { min: 500, max: 502 }) };
      export default (status, allow) => { http.get('http://a/' + status, allow ? allowed : undefined); };
      export const strict = () => { http.setResponseCallback(http.expectedStatuses(201)); http.get('http://a/200'); };`);
    for (const status of [404, 501, 503]) script.default(status, true);
    script.default(404, false);
    (script['strict'] as () => void)();
    expect(k6.counts('topolab_iterations_ended')).toEqual({
      'outcome=done,window=first': 2,
      'outcome=failed,window=first': 3,
    });
  });

  it('ends before k6 would cut it off, as a failed request with its whole wait', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default (timeout) => http.get('http://a/hang', { timeout });`);
    k6.nowMs = 1900;
    script.default('120s');
    k6.nowMs = 1900;
    script.default('500ms');
    k6.nowMs = 1900;
    script.default(undefined);
    expect(k6.requests.map(({ params }) => params?.timeout)).toEqual([1100, '500ms', 1100]);
    expect(k6.samples('topolab_unanswered')).toEqual([
      { value: 1100, tags: { window: 'second', error_code: '1050' } },
      { value: 500, tags: { window: 'second', error_code: '1050' } },
      { value: 1100, tags: { window: 'second', error_code: '1050' } },
    ]);
    expect(k6.total('topolab_requests_ended')).toBe(3);
  });

  it('is nobody’s failure where the load ends while a user thinks, and nothing starts after it', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      import { sleep } from 'k6';
      export default () => { sleep(60); http.get('http://a/200'); };
      export const late = () => { http.get('http://a/200'); };`);
    k6.nowMs = 1900;
    script.default();
    expect(k6.nowMs).toBe(3000);
    (script['late'] as () => void)();
    expect(k6.requests).toEqual([]);
    expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=unfinished,window=second': 1 });
    expect(k6.total('topolab_iterations_started')).toBe(1);
  });

  it('is counted alike where the script waits for promises, and where it sends several requests at once', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default async (status) => { await http.asyncRequest('GET', 'http://a/' + status); };
      export const several = () =>
        http.batch([['GET', 'http://a/200'], 'http://a/hang', { method: 'POST', url: 'http://a/500' }]).length;
      export const named = () => Object.keys(http.batch({ one: 'http://a/200' })).join();`);
    await script.default(200);
    await script.default(500);
    k6.nowMs = 0;
    expect((script['several'] as () => unknown)()).toBe(3);
    k6.nowMs = 0;
    expect((script['named'] as () => unknown)()).toBe('one');
    expect(k6.total('topolab_requests_started')).toBe(6);
    expect(k6.total('topolab_requests_ended')).toBe(6);
    expect(k6.samples('topolab_unanswered')).toHaveLength(1);
    expect(k6.counts('topolab_iterations_ended')).toMatchObject({
      'outcome=done,window=first': 2,
      'outcome=failed,window=first': 2,
    });
  });

  it('is not what setup() and teardown() do', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export const setup = () => http.get('http://a/200').status;
      export default () => 1;`);
    expect((script['setup'] as () => unknown)()).toBe(200);
    expect(k6.total('topolab_requests_started')).toBe(0);
  });

  it('counts checks by name and outcome', async () => {
    const { script, k6 } = await load(`
      import { check } from 'k6';
      export default (value) => check(value, { small: (v) => v < 3, odd: (v) => v % 2 === 1 });`);
    expect([1, 2, 3].map((value) => script.default(value))).toEqual([true, false, false]);
    expect(k6.counts('topolab_checks')).toEqual({
      'check=small,outcome=pass,window=first': 2,
      'check=small,outcome=fail,window=first': 1,
      'check=odd,outcome=pass,window=first': 2,
      'check=odd,outcome=fail,window=first': 1,
    });
  });
});

describe('tags of a script', () => {
  it('can’t take the place of our labels', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      import { Counter } from 'k6/metrics';
      const mine = new Counter('mine');
      export default () => {
        http.get('http://a/200', { tags: { run: 'smoke', operation: 'read', window: 'w' } });
        mine.add(1, { group: 'g' });
      };`);
    script.default();
    expect(k6.requests[0]?.params?.tags).toEqual({
      exported_run: 'smoke',
      operation: 'read',
      exported_window: 'w',
    });
    expect(k6.samples('mine')).toEqual([{ value: 1, tags: { window: 'first', exported_group: 'g' } }]);
  });

  it('keep as many values as are allowed; the others become one, and the tag is named', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default (id) => { http.get('http://a/200', { tags: { id: String(id) } }); };`);
    for (const id of [1, 2, 3, 4, 5, 2]) script.default(id);
    expect(k6.requests.map(({ params }) => params?.tags?.['id'])).toEqual([
      '1',
      '2',
      '3',
      '(others)',
      '(others)',
      '2',
    ]);
    expect(k6.warnings).toEqual(['topolab: too many values of tag id']);
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
    const files = await dataFiles(dirname(path), '/topolab/load');
    expect(files.map((file) => file.path).toSorted()).toEqual([
      '/topolab/load/data/words.json',
      '/topolab/load/users.csv',
    ]);
  });

  it('may be 32 MiB in all, and not a byte more', async () => {
    const path = write('load.ts', script);
    write('half.bin', Buffer.alloc(16 * 2 ** 20));
    write('other-half.bin', Buffer.alloc(16 * 2 ** 20));
    expect(await dataFiles(dirname(path), '/')).toHaveLength(2);
    write('more.bin', Buffer.alloc(1));
    await expect(dataFiles(dirname(path), '/')).rejects.toMatchObject({
      code: 'script-invalid',
      message: expect.stringContaining('more than 32 MiB') as string,
    });
  });
});
