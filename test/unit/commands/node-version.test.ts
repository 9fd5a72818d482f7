import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const PROGRAM = resolve(import.meta.dirname, '../../../orchestrator/topolab.js');

/** Starts the program on this Node, which says that it is another version. */
function startOn(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  const asOther = `data:text/javascript,${encodeURIComponent(pretend)}`;
  return spawnSync(process.execPath, ['--import', asOther, PROGRAM, '--version'], { encoding: 'utf8' });
}

test('a Node that is too old is told in one line, with what to do', () => {
  const { status, stdout, stderr } = startOn('20.20.2');
  expect(stderr).toBe(
    'topolab: this is Node 20.20.2; Topolab needs 24 or newer\n' +
      '  → Write npx topolab in its folder, which uses the Node that npm installed. If that says the same, npm ran no install scripts: npm install-scripts approve node esbuild && npm rebuild node esbuild\n',
  );
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test('a newer Node is taken', () => {
  expect(startOn('26.0.0')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
