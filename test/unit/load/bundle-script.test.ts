import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleScript, settingsModule, SUMMARY_PATH } from '../../../orchestrator/load/bundle-script.ts';
import type { GeneratorSettings } from '../../../orchestrator/load/in-k6/settings.ts';
import { restoreTimers, type StandInK6, writeStandInK6 } from './stand-in-k6.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-bundle-'));
});

afterEach(() => {
  restoreTimers();
  rmSync(folder, { recursive: true, force: true });
});

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

/** The temporary folder is the scenario's. */
async function bundle(path: string, files: readonly string[] = []): ReturnType<typeof bundleScript> {
  return await bundleScript({ script: relative(folder, path), scriptPath: path, files });
}

/** The bundle as k6 would load it, on a stand-in for k6's modules. */
async function load(
  source: string,
  given: Partial<GeneratorSettings> = {},
  name = 'load.ts',
): Promise<{ script: Bundled; k6: StandInK6 }> {
  const bundled = await bundle(write(`source/${name}`, source));
  const k6 = writeStandInK6(folder);
  const type = bundled.format === 'esm' ? 'mjs' : 'cjs';
  const code = bundled.code.replaceAll('./topolab-settings.js', `./topolab-settings.${type}`);
  write(`topolab-settings.${type}`, settingsModule(bundled, { ...settings, ...given }));
  const url = pathToFileURL(write(`topolab-bundle.${type}`, code)).href;
  const loaded = (await import(url)) as { default: Bundled };
  const script = bundled.format === 'esm' ? (loaded as unknown as Bundled) : loaded.default;
  k6.initContext = false;
  return { script, k6 };
}

/** Until k6 would go on to the next iteration: what is asked for without waiting has come, and what follows from it has happened. */
async function over(k6: StandInK6): Promise<void> {
  await vi.waitFor(() =>
    expect(k6.total('topolab_iterations_ended')).toBe(k6.total('topolab_iterations_started')),
  );
}

describe('a bundled k6 script', () => {
  it.each(['k6/websockets', 'k6/experimental/websockets'])(
    'asks k6 for %s by the name that it has itself: not every k6 has both',
    async (module) => {
      const script = `import { WebSocket } from '${module}';\nexport default () => new WebSocket('ws://web');`;
      const { code } = await bundle(write('sockets.js', script));
      const asked = [...code.matchAll(/ from "(k6\/.*websockets)"/g)].map(([, name]) => name);
      expect(new Set(asked)).toEqual(new Set([module]));
    },
  );

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

  it('opens no connection to what is out of its reach, nor to what it put there itself', async () => {
    const { script } = await load(
      'export const options = { blacklistIPs: ["10.9.0.0/16"] };\nexport default () => 1;',
      { outOfReach: ['172.20.0.0/16'] },
    );
    expect(script.options).toMatchObject({ blacklistIPs: ['10.9.0.0/16', '172.20.0.0/16'] });
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

  it('counts of its rates what k6 keeps, as k6 takes it', async () => {
    const { script, k6 } = await load(`
      import { Rate } from 'k6/metrics';
      const refused = new Rate('refused');
      export default (value) => { refused.add(value); };`);
    for (const value of [true, false, 2, 0, '0.5', undefined, 'no number']) script.default(value);
    expect(k6.counts('topolab_rates')).toEqual({
      'topolab_outcome=yes,topolab_rate=refused,window=first': 3,
      'topolab_outcome=no,topolab_rate=refused,window=first': 2,
    });
    expect(k6.samples('refused')).toHaveLength(5);
  });

  it.each([
    ['throws', 'throw new Error("no");'],
    ['empties it', 'delete data.metrics; return {};'],
    ['puts its own in its place', "return { '/tmp/topolab-summary.json': '{}' };"],
  ])('leaves its summary also where its own handleSummary() %s', async (_, body) => {
    const { script } = await load(
      `export default () => 1;\nexport const handleSummary = (data) => { ${body} };`,
      {},
      'load.js',
    );
    expect(script.handleSummary({ metrics: {} })).toEqual({ [SUMMARY_PATH]: '{"metrics":{}}' });
  });

  it('holds what it imports from beside it, and leaves what is on the web to k6', async () => {
    write('lib/numbers.ts', 'export const answer: number = 42;');
    const path = write(
      'load.ts',
      "import { x } from 'https://jslib.k6.io/x.js';\nimport { answer } from './lib/numbers.ts';\nexport default () => x(answer);",
    );
    const { code } = await bundle(path);
    expect(code).toMatch(/from ["']https:\/\/jslib.k6.io\/x.js["']/);
    expect(code).toContain('42');
  });

  it('is refused where an import is missing, with its file and line', async () => {
    const path = write('load.ts', "\nimport { a } from './nowhere.ts';\nexport default () => a;");
    await expect(bundle(path)).rejects.toMatchObject({
      code: 'script-invalid',
      exitCode: 2,
      message: expect.stringMatching(/load\.ts:2:19 Could not resolve "\.\/nowhere\.ts"/) as string,
    });
  });

  it('is refused with all its problems where its syntax is wrong', async () => {
    const path = write('load.ts', 'export default () => {\n  const = 1;\n};');
    await expect(bundle(path)).rejects.toThrow(/load\.ts:2:9 /);
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

  it('is told of each virtual user that failed, where each stands for one and they are few', async () => {
    const { script, k6 } = await load(
      `import http from 'k6/http';
       export default (status) => {
         http.get('http://a/' + status);
         if (status === 418) throw new Error('no tea');
       };`,
      { toldUsers: 2 },
    );
    for (const [user, status] of [
      [1, 200],
      [2, 500],
      [2, 200],
      [2, 500],
      [3, 500],
    ] as const) {
      k6.user = user;
      script.default(status);
    }
    k6.user = 1;
    expect(() => script.default(418)).toThrow('no tea');
    expect(k6.samples('topolab_users_failed').map(({ tags }) => tags['user'])).toEqual(['2', '2', '1']);
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

  it('counts the time that a user has hung in each window that it took, up to the end of the load', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default () => http.get('http://a/hang');
      export const several = () => http.batch(['http://a/hang', 'http://a/200']);
      export const quick = () => http.get('http://a/500');`);
    k6.nowMs = 600;
    script.default();
    expect(k6.nowMs).toBe(3000);
    expect(k6.counts('topolab_hung_seconds')).toEqual({ 'window=first': 0.4, 'window=second': 1 });
    k6.nowMs = 1500;
    (script['several'] as () => unknown)();
    expect(k6.counts('topolab_hung_seconds')['window=second']).toBe(1.5);
    k6.nowMs = 100;
    (script['quick'] as () => unknown)();
    expect(k6.samples('topolab_hung_seconds')).toHaveLength(3);
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

  it('goes on at once where the script sleeps for what is no number, as with a variable that is not set', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      import { sleep } from 'k6';
      export default (pause) => { http.get('http://a/200'); sleep(pause); http.get('http://a/200'); };`);
    script.default(undefined);
    script.default(Number.NaN);
    expect(k6.nowMs).toBe(0);
    expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=done,window=first': 2 });
  });

  it('is counted alike where the script waits for promises, and where it sends several requests at once', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default async (status) => { await http.asyncRequest('GET', 'http://a/' + status); };
      export const several = () =>
        http.batch([['GET', 'http://a/200'], 'http://a/hang', { method: 'POST', url: 'http://a/500' }]).length;
      export const named = () => Object.keys(http.batch({ one: 'http://a/200' })).join();`);
    for (const status of [200, 500]) {
      await script.default(status);
      await over(k6);
    }
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

  describe('where it goes on after its function has returned', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    });

    afterEach(() => vi.useRealTimers());

    const timers = `
      import { setTimeout as later } from 'k6/timers';
      export default (fails) => { setTimeout(() => { if (fails) throw new Error('late'); }, 10); };
      export const byModule = (fails) => { later(() => { if (fails) throw new Error('late'); }, 10); };
      export const again = () => { const id = setInterval(() => clearInterval(id), 10); };
      export const never = () => { clearTimeout(setTimeout(() => {}, 10)); };
      export const beyond = () => { setTimeout(() => { throw new Error('never called'); }, 5000); };
      export const endless = (ms) => { setInterval(() => {}, ms); };`;

    it.each(['default', 'byModule'])('has ended by an exception where a timer of %s throws', async (name) => {
      const { script, k6 } = await load(timers);
      const run = script[name] as (fails: boolean) => void;
      run(false);
      expect(k6.samples('topolab_iterations_ended')).toEqual([]);
      vi.advanceTimersByTime(10);
      run(true);
      expect(() => vi.advanceTimersByTime(10)).toThrow('late');
      expect(k6.counts('topolab_iterations_ended')).toEqual({
        'outcome=done,window=first': 1,
        'outcome=exception,window=first': 1,
      });
    });

    it('is done once its timers are', async () => {
      const { script, k6 } = await load(timers);
      (script['again'] as () => void)();
      expect(k6.samples('topolab_iterations_ended')).toEqual([]);
      vi.advanceTimersByTime(20);
      (script['never'] as () => void)();
      expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=done,window=first': 2 });
      expect(vi.getTimerCount()).toBe(0);
    });

    it('is unfinished where a timer is due after the load', async () => {
      const { script, k6 } = await load(timers);
      (script['beyond'] as () => void)();
      vi.advanceTimersByTime(3000);
      expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=unfinished,window=first': 1 });
      vi.advanceTimersByTime(10_000);
      expect(k6.total('topolab_iterations_ended')).toBe(1);
    });

    it.each([1000, 5000])('is done with the load where an interval of %i ms goes on', async (ms) => {
      const { script, k6 } = await load(timers);
      (script['endless'] as (ms: number) => void)(ms);
      vi.advanceTimersByTime(2999);
      expect(k6.samples('topolab_iterations_ended')).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=done,window=first': 1 });
      expect(vi.getTimerCount()).toBe(0);
    });

    it('lasts until what it has asked for without waiting is there', async () => {
      const { script, k6 } = await load(`
        import http from 'k6/http';
        export default (status) => { void http.asyncRequest('GET', 'http://a/' + status); };`);
      script.default(500);
      await vi.waitFor(() => expect(k6.total('topolab_requests_ended')).toBe(1));
      await vi.runAllTimersAsync();
      expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=failed,window=first': 1 });
    });

    it('has ended by an exception where k6 goes on to the next one before that: it has thrown away the rest', async () => {
      const { script, k6 } = await load(`
        import http from 'k6/http';
        export default () => { void http.asyncRequest('GET', 'http://a/200'); };`);
      script.default();
      script.default();
      expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=exception,window=first': 1 });
    });
  });

  it('has failed where k6 gives up following redirects, unless the script says how many', async () => {
    const source = `
      import http from 'k6/http';
      export default (path, params) => http.get('http://a/' + path, params).status;`;
    const { script, k6 } = await load(source);
    script.default(302);
    script.default(304);
    script.default(302, { redirects: 0 });
    script.default(302, { tags: { team: 'a' } });
    expect(k6.counts('topolab_iterations_ended')).toEqual({
      'outcome=failed,window=first': 2,
      'outcome=done,window=first': 2,
    });
    expect(k6.counts('topolab_requests_sent_on')).toEqual({ 'window=first': 1, 'team=a,window=first': 1 });
  });

  it('takes a redirect for an answer where the script’s options say how many are followed', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export const options = { maxRedirects: 0 };
      export default () => http.get('http://a/302').status;`);
    script.default();
    expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=done,window=first': 1 });
  });

  it('has failed in all of a batch of which one request can’t be made: k6 makes none then', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default () => http.batch(['http://a/200', 'no URL', 'http://a/200']);`);
    const unmade = { status: 0, error_code: 1020 };
    expect(script.default()).toEqual([unmade, unmade, null]);
    expect(k6.total('topolab_requests_ended')).toBe(3);
    expect(k6.samples('topolab_unanswered')).toHaveLength(3);
    expect(k6.counts('topolab_iterations_ended')).toEqual({ 'outcome=failed,window=first': 1 });
  });

  it('is told to have started late where it is more than a second behind its plan', async () => {
    // Ten a second: the first is due at 0.1 s. k6 stands still from 0.3 to 1.6 s, and starts all that was due at once.
    const starts = { startPerSecond: 10, stages: [{ durationMs: 2000, perSecond: 10 }] };
    const { script, k6 } = await load('export default () => 1;', { starts });
    for (const atMs of [100, 201, 300, ...Array.from({ length: 13 }, () => 1600), 1700]) {
      k6.nowMs = atMs;
      script.default();
    }
    expect(k6.samples('topolab_start_lag').map(({ value, tags }) => [Math.round(value), tags])).toEqual([
      [1200, { window: 'second' }],
      [1100, { window: 'second' }],
    ]);
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

  it('counts a check that throws as one that failed, and ends the iteration with it', async () => {
    const { script, k6 } = await load(`
      import { check } from 'k6';
      export default (body) => check(body, { 'is there': (b) => b !== '', 'says ok': (b) => JSON.parse(b).ok });`);
    expect(script.default('{"ok":true}')).toBe(true);
    expect(() => script.default('<html>')).toThrow(SyntaxError);
    expect(k6.counts('topolab_checks')).toEqual({
      'check=is there,outcome=pass,window=first': 2,
      'check=says ok,outcome=pass,window=first': 1,
      'check=says ok,outcome=fail,window=first': 1,
    });
    expect(k6.counts('topolab_iterations_ended')).toEqual({
      'outcome=done,window=first': 1,
      'outcome=exception,window=first': 1,
    });
  });
});

describe('a script with a user', () => {
  it('asks the nodes of its load in that name, and nobody else', async () => {
    const { script, k6 } = await load(
      `
      import http from 'k6/http';
      export default (url) => {
        http.get(url);
        http.batch([url, ['GET', url], { method: 'GET', url, params: { headers: { 'X-Own': '1' } } }]);
      };
      export const own = (url) => http.get(url, { headers: { authorization: 'mine' } });`,
      { user: { token: 'T', baseUrls: ['http://a:80', 'http://a-1:80'] } },
    );
    script.default('http://a:80/200');
    const told = { Authorization: 'Bearer T' };
    expect(k6.requests.map(({ params }) => params?.headers)).toEqual([
      told,
      told,
      told,
      { 'X-Own': '1', ...told },
    ]);
    for (const url of ['http://a:801/200', 'http://a:80.example/200', 'http://elsewhere/200'])
      script.default(url);
    expect(k6.requests.slice(4).some(({ params }) => 'Authorization' in (params?.headers ?? {}))).toBe(false);
    (script as unknown as { own(url: string): void }).own('http://a-1:80/200');
    expect(k6.requests.at(-1)?.params?.headers).toEqual({ authorization: 'mine' });
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

  it('are kept where something is asked by them, however many came before', async () => {
    const { script, k6 } = await load(
      `import http from 'k6/http';
       import { check } from 'k6';
       export default (name) => { http.get('http://a/200', { tags: { name } }); check(1, { [name]: (v) => v === 1 }); };`,
      { askedValues: ['name', 'check'].map((tag) => ({ tag, value: 'checkout' })) },
    );
    for (const name of ['/items/1', '/items/2', '/items/3', '/items/4', 'checkout']) script.default(name);
    expect(k6.requests.map(({ params }) => params?.tags?.['name'])).toEqual([
      '/items/1',
      '/items/2',
      '/items/3',
      '(others)',
      'checkout',
    ]);
    expect(k6.samples('topolab_checks').at(-1)?.tags['check']).toBe('checkout');
  });

  it('of the hundred-and-first user on are no values while they look like ids and come once', async () => {
    const { script, k6 } = await load(`
      import http from 'k6/http';
      export default (id) => { http.get('http://a/200', { tags: { id } }); };`);
    k6.user = 101;
    for (const id of ['GET /v1/items', 'order-1001', 'order-1002', 'order-1001', 'GET /v1/items'])
      script.default(id);
    expect(k6.requests.map(({ params }) => params?.tags?.['id'])).toEqual([
      'GET /v1/items',
      '(others)',
      '(others)',
      'order-1001',
      'GET /v1/items',
    ]);
    expect(k6.warnings).toEqual(['topolab: too many values of tag id']);
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

describe('files that a script reads', () => {
  it('come along where it opens them, relative to the module that says so; nothing else does', async () => {
    write('data/users.csv', 'a,b');
    write('load/words.json', '["x"]');
    write('load/lib/near.txt', 'near');
    write('load/computed-1.txt', '1');
    write('load/not-needed.bin', 'x');
    write('runs/old/report.html', 'x');
    symlinkSync(join(folder, 'data/users.csv'), join(folder, 'load/link.csv'));
    write('load/lib/near.ts', "export const near: string = open('./near.txt');");
    const path = write(
      'load/a.ts',
      `import { near } from './lib/near.ts';
       import words from './words.json';
       const users = open('../data/users.csv', 'b');
       const link = open(\`./link.csv\`);
       const door = { open: (name: string) => name };
       const [computed] = [1].map((n) => open('./computed-' + n + '.txt'));
       export default () => [near, words, users, link, door.open('not-needed.bin'), computed];`,
    );
    const { code, files } = await bundle(path, [join(folder, 'load/computed-1.txt')]);
    expect(Object.fromEntries(files.map((file) => [file.path, String(file.content)]))).toEqual({
      '/topolab/data/users.csv': 'a,b',
      '/topolab/load/lib/near.txt': 'near',
      '/topolab/load/link.csv': 'a,b',
      '/topolab/load/computed-1.txt': '1',
    });
    expect(code).toContain('open("/topolab/load/lib/near.txt")');
    expect(code).toContain('open("/topolab/data/users.csv", "b")');
    expect(code).toContain('door.open("not-needed.bin")');
  });

  it.each([
    ['an import of the host’s files', "import s from '/proc/self/environ' with { type: 'text' };"],
    ['a link that leads out', "import s from './out.js';"],
    ['an opened file', "const s = open('/etc/hostname');"],
    ['an opened link', "const s = open('./out.js');"],
    ['one far up', "const s = open('../../../../../../etc/passwd');"],
  ])('lie in the scenario’s folder: %s is refused', async (_, line) => {
    write('load/plain.ts', '');
    symlinkSync('/etc/hostname', join(folder, 'load/out.js'));
    const path = write('load/a.ts', `${line}\nexport default () => s;`);
    await expect(bundle(path)).rejects.toMatchObject({
      code: 'script-invalid',
      exitCode: 2,
      message: expect.stringMatching(/outside of the scenario's folder|it is no file/) as string,
    });
  });

  it('may be those of installed packages', async () => {
    write('node_modules/pack/package.json', '{ "name": "pack", "main": "index.js" }');
    write('node_modules/pack/index.js', 'exports.five = 5;');
    const path = write('load/a.ts', "import { five } from 'pack';\nexport default () => five;");
    expect((await bundle(path)).code).toContain('five = 5');
  });

  it('are told before the run where they are missing', async () => {
    const path = write('load/a.ts', "const s = open('./nowhere.csv');\nexport default () => s;");
    await expect(bundle(path)).rejects.toThrow(/a\.ts.*open\("\.\/nowhere\.csv"\): there is no such file/s);
  });

  it('may be 32 MiB in all, and not a byte more', async () => {
    const path = write('load/a.ts', 'export default () => 1;');
    const files = ['half.bin', 'other-half.bin'].map((name) => write(name, Buffer.alloc(16 * 2 ** 20)));
    expect((await bundle(path, files)).files).toHaveLength(2);
    await expect(bundle(path, [...files, write('more.bin', Buffer.alloc(1))])).rejects.toThrow(
      'more than 32 MiB',
    );
  });
});
