import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { ExitCode } from '../../../orchestrator/errors.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';

// Bounds on work are held by CPU time; on a busy machine that takes its while.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'topolab-module-'));
afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(code: string): string {
  const path = join(folder, `m${Math.random().toString(36).slice(2)}.ts`);
  writeFileSync(path, code);
  return path;
}

const SOUND = `name: 'sound', groups: { web: { role: 'server' } }, phases: [{ name: 'run', duration: '10s' }]`;

test.each([
  ['a bigint', `export default { ${SOUND}, seed: 1n };`, 'seed: is 1n; write the number without the n'],
  [
    'a getter that throws',
    `export default { ${SOUND}, get load() { throw new Error('no'); } };`,
    'load: throws when it is read: no',
  ],
  [
    'a cycle',
    `const s: any = { ${SOUND} }; s.load = { users: s }; export default s;`,
    'load.users: stands within itself',
  ],
  ['a promise', 'export default (async () => ({}))();', 'scenario: is an instance of Promise; await it'],
  [
    'a date',
    `export default { ${SOUND}, description: new Date() };`,
    'description: is an instance of Date; write plain data',
  ],
  [
    'a proxy that throws',
    `export default new Proxy({}, { ownKeys() { throw new Error('mine'); } });`,
    "scenario: can't be read: mine",
  ],
  [
    'a build that is async',
    'export default { parameters: { n: { type: "integer", default: 1 } }, build: async () => ({}) };',
    'build: throws: it gives back a promise; write a function that is not async',
  ],
  [
    'a key that all objects have',
    `export default { ${SOUND}, load: { ['__proto__']: 1 } };`,
    'load.__proto__: can be no key',
  ],
  ['an end of the process', 'process.exit(0);', 'ends the process with code 0 while it is loaded'],
  ['an await that never ends', 'await new Promise(() => {});', 'waits for something that never comes'],
  [
    'a rejection that nobody handles',
    `void Promise.reject(new Error('forgotten')); export default { ${SOUND} };`,
    'could not be loaded: forgotten',
  ],
  [
    'a thrown thing without a text',
    'throw Object.create(null);',
    'could not be loaded: something that has no text',
  ],
  ['a loop without end', 'for (;;);', 'is not loaded within 2 s'],
  [
    'memory outside of the heap',
    'const all = []; for (let i = 0; i < 100; i++) all.push(Buffer.alloc(64 * 2 ** 20, 1));',
    'takes more than 512 MiB of memory while it is loaded',
  ],
  [
    'memory in the heap',
    'const all = []; while (true) all.push(new Array(1e5).fill(all.length));',
    'takes more than 512 MiB of memory while it is loaded',
  ],
  ['a signal to itself', "process.kill(process.pid, 'SIGKILL');", 'is ended by SIGKILL while it is loaded'],
])('%s in a module is a problem, in words', async (_, code, message) => {
  const path = moduleOf(code);
  await expect(
    loadScenario(path, { withinMs: code.includes('for (;;);') ? 2000 : 30_000 }),
  ).rejects.toMatchObject({
    code: 'scenario-invalid',
    exitCode: ExitCode.usage,
    message: expect.stringContaining(`${path} ${message}`),
  });
});

test('what a module does after its scenario is known ends nothing', async () => {
  const path = moduleOf(
    `setTimeout(() => { throw new Error('late'); }, 30_000); export default { ${SOUND} };`,
  );
  await expect(loadScenario(path)).resolves.toMatchObject({ name: 'sound' });
});

test('a group called as objects have it is one problem, not also a lack of groups', async () => {
  const path = moduleOf(`export default { ${SOUND}, groups: { ['__proto__']: { role: 'server' } } };`);
  await expect(loadScenario(path)).rejects.toMatchObject({
    message: `scenario ${path} has 1 problem:\n${path} groups.__proto__: can be no key; write another name`,
  });
});

test('an interrupt ends the wait for a module', async () => {
  const interrupt = new AbortController();
  const loading = loadScenario(moduleOf('setInterval(() => {}, 1000); await new Promise(() => {});'), {
    signal: interrupt.signal,
  });
  interrupt.abort(new Error('interrupted'));
  await expect(loading).rejects.toThrow('interrupted');
});

test('an interrupt ends what a module waits for synchronously, and what it has started', async () => {
  const interrupt = new AbortController();
  const mark = join(folder, 'mark');
  const path = moduleOf(
    `import { execSync } from 'node:child_process'; execSync(${JSON.stringify(`echo $$ > ${mark}; exec sleep 600`)});`,
  );
  const loading = loadScenario(path, { signal: interrupt.signal });
  // Handled below, and until then too.
  loading.catch(() => {});
  await vi.waitFor(() => expect(existsSync(mark) && readFileSync(mark, 'utf8')).toMatch(/^\d+\n$/), 30_000);
  const pid = Number(readFileSync(mark, 'utf8'));
  interrupt.abort(new Error('interrupted'));
  await expect(loading).rejects.toThrow('interrupted');
  await vi.waitFor(() => expect(isThere(pid)).toBe(false), 10_000);
});

test('a loop in a module does not outlive its parent, even one that was killed', async () => {
  const mark = join(folder, 'looping');
  const path = moduleOf(
    `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(mark)}, String(process.pid)); for (;;);`,
  );
  const program = fileURLToPath(new URL('../../../orchestrator/command-line/main.ts', import.meta.url));
  const parent = spawn(process.execPath, [program, 'validate', path], { stdio: 'ignore' });
  await vi.waitFor(() => expect(existsSync(mark) && readFileSync(mark, 'utf8')).toMatch(/^\d+$/), 30_000);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isThere(Number(readFileSync(mark, 'utf8')))).toBe(false), 10_000);
});

/** A process that has ended and that nobody has asked for stays in the table as a zombie. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
