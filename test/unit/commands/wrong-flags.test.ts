import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const PROGRAM = resolve(import.meta.dirname, '../../../orchestrator/command-line/main.ts');
const SCENARIO = resolve(import.meta.dirname, '../../../scenarios/first-run.yaml');
const SUITE = resolve(import.meta.dirname, '../../../suites/balancer-algorithms.yaml');
const PLANNING = resolve(import.meta.dirname, '../../../scenarios/capacity-planning.yaml');
const folder = mkdtempSync(join(tmpdir(), 'topolab-flags-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
writeFileSync(file, '');
const damaged = join(folder, 'damaged');
mkdirSync(join(damaged, 'scenario.json'), { recursive: true });

function start(args: readonly string[]) {
  // No engine: what is wrong with a flag is known before one is asked.
  const env = { ...process.env, DOCKER_HOST: `unix://${folder}/none.sock` };
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const output = { text: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, text: output.text }));
  return { child, ended, output };
}

test.concurrent.each([
  [['run', SCENARIO, '--seed', ''], 'whole number from 0 to 4294967295'],
  [['plan', SCENARIO, '--seed', '4294967296'], 'whole number from 0 to 4294967295'],
  [['run', SCENARIO, '--junit', folder], 'is a folder. Name a file'],
  [['run', SCENARIO, '--markdown', `${file}/result.md`], 'file is a file. Name a file'],
  [['run', SCENARIO, '--runs', folder, '--junit', '/proc/nope/a.xml'], 'make the folder /proc/nope: nothing'],
  [
    ['run', SCENARIO, '--runs', folder, '--junit', '/proc/nope'],
    'write the file /proc/nope: nothing can be made there',
  ],
  [['run', folder], 'it is a folder'],
  [['report', file], 'file: it is a file, not a folder'],
  [['report', folder], 'it holds no run, sweep, study or suite'],
  [['report', join(folder, 'nope')], 'nope: there is no such folder'],
  [['compare', folder, join(folder, 'nope')], 'nope: there is no such folder'],
  [['capacity', '--resume', file], 'it holds no study.json'],
  [['suite'], 'run a suite: no suite given'],
  [['suite', '--resume', file], 'it holds no suite.json'],
  [['suite', SUITE, '--row', 'al servers alike'], 'did you mean "all servers alike"?'],
  [['suite', SUITE, '--trials', '0'], 'whole number from 1 to 100'],
  [['run', SCENARIO, '--repeat', '0'], 'whole number from 1 to 100'],
  [['run', SCENARIO, '--within', 'soon'], 'Write a duration from 1s on, such as 20m.'],
  [['capacity', PLANNING, '--within', '2m'], 'within 2 min: no answer can be had so soon'],
  [['report', damaged], 'scenario.json: it is a folder'],
  [['run', SCENARIO, '--runs', file], 'is a file. Name a folder'],
  [['run', SCENARIO, '--runs', '/proc/nope'], 'make the folder /proc/nope: nothing can be made there'],
  [['validate', `${folder}/\u001B]0;title\u0007.yaml`], '\\u001b]0;title\\u0007.yaml: there is no such file'],
])('topolab %j ends with exit code 2 and says why', { timeout: 60_000 }, async (args, message) => {
  const { code, text } = await start(args).ended;
  expect(text).toContain(message);
  expect(text).not.toMatch(/this is a bug|\n {4}at /);
  expect(code).toBe(2);
});

test('a valid file gets one line, whatever its parameters hold', { timeout: 60_000 }, async () => {
  const forging = join(folder, 'forging.yaml');
  const parameters = {
    p: { type: 'text', default: 'a\nother.yaml: valid' },
    token: { type: 'text', default: 'hunter2' },
  };
  const scenario = {
    name: 't',
    parameters,
    groups: { web: { role: 'server' } },
    phases: [{ name: 'x', duration: '5s' }],
  };
  writeFileSync(forging, JSON.stringify(scenario));
  const { code, text } = await start(['validate', forging]).ended;
  expect([code, text.trimEnd().split('\n')]).toEqual([0, [expect.stringContaining('p a other.yaml: valid')]]);
  expect(text).not.toContain('hunter2');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a command that owns nothing',
  { timeout: 60_000 },
  async (signal) => {
    const waiting = join(folder, 'waiting.ts');
    writeFileSync(
      waiting,
      "console.error('loading'); setInterval(() => {}, 1000); await new Promise(() => {});",
    );
    const { child, ended } = start(['validate', waiting]);
    await once(child.stderr, 'data');
    child.kill(signal);
    expect(await ended).toMatchObject({
      code: 130,
      text: expect.stringContaining(`interrupted by ${signal}`),
    });
  },
);
