import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileProblem, readBounded } from '../../../orchestrator/scenario/text/read-bounded.ts';

const folder = mkdtempSync(join(tmpdir(), 'topolab-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
writeFileSync(at('good'), 'naïve');
writeFileSync(at('mark'), Buffer.from([0xef, 0xbb, 0xbf, 0x61]));
writeFileSync(at('latin'), Buffer.from('a\nb\u00e9c', 'latin1'));
writeFileSync(at('cut'), Buffer.from('ä').subarray(0, 1));
writeFileSync(at('overlong'), Buffer.from([0x61, 0xc0, 0x80]));
writeFileSync(at('utf16'), Buffer.from('\uFEFFname: a', 'utf16le'));
writeFileSync(at('utf16-bare'), Buffer.from('name: a', 'utf16le'));
const utf32 = (text: string) =>
  Buffer.concat(Array.from(text, (each) => Buffer.from([each.charCodeAt(0), 0, 0, 0])));
writeFileSync(at('utf32'), Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), utf32('name: a')]));
writeFileSync(at('utf32-bare'), utf32('name: a'));
writeFileSync(at('cr'), 'name: a\rgroups: b\r');
writeFileSync(at('crlf'), 'name: a\r\ngroups: b\r\n');
writeFileSync(at('large'), 'x'.repeat(4097));
writeFileSync(at('exact'), 'x'.repeat(4096));
symlinkSync(at('loop'), at('loop'));
symlinkSync('/dev/zero', at('zero'));
execFileSync('mkfifo', [at('pipe')]);

test.each([
  ['good', { ok: true, text: 'naïve' }],
  ['mark', { ok: true, text: 'a' }],
  ['exact', { ok: true }],
  ['latin', { ok: false, at: { line: 2, column: 2 }, problem: expect.stringContaining('0xE9') }],
  ['cut', { ok: false, at: { line: 1, column: 1 } }],
  ['overlong', { ok: false, at: { line: 1, column: 2 } }],
  ['utf16', { ok: false, problem: expect.stringContaining('UTF-16') }],
  ['utf16-bare', { ok: false, problem: expect.stringContaining('UTF-16') }],
  ['utf32', { ok: false, problem: 'it is written in UTF-32; save the file as UTF-8' }],
  ['utf32-bare', { ok: false, problem: 'it is written in UTF-32; save the file as UTF-8' }],
  ['cr', { ok: false, unreadable: false, problem: expect.stringContaining('end with CR alone') }],
  ['crlf', { ok: true, text: 'name: a\r\ngroups: b\r\n' }],
  ['large', { ok: false, unreadable: false, problem: expect.stringContaining('larger than 4 KiB') }],
  ['none', { ok: false, unreadable: true, problem: 'there is no such file' }],
  ['pipe', { ok: false, unreadable: true, problem: expect.stringContaining('pipe') }],
  ['zero', { ok: false, unreadable: true, problem: expect.stringContaining('device') }],
  ['.', { ok: false, unreadable: true, problem: 'it is a folder' }],
])('%s is read, or refused in words', (name, expected) => {
  expect(readBounded(at(name), 4096)).toMatchObject(expected);
});

test.each([
  ['a\0b.js', 'NUL'],
  ['x'.repeat(300), 'too long'],
  ['loop', 'in a circle'],
  ['good/x.js', 'no folder'],
])('the path %s is refused in words', (name, problem) => {
  expect(fileProblem(at(name))).toContain(problem);
});
