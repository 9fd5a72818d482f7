import { expect, test, vi } from 'vitest';
import { FILE_BOUNDS } from '../../../orchestrator/scenario/text/file-bounds.ts';
import { readYaml } from '../../../orchestrator/scenario/text/read-yaml.ts';

// Bounds on work are held by CPU time; on a busy machine that takes its while.
vi.setConfig({ testTimeout: 60_000 });

const lines = (...all: string[]) => all.join('\n');
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i));

// Written here rather than in files: formatters refuse files that are not YAML.
test.each([
  [
    'a mapping that is left open, where it opens',
    'groups:\n  servers: { role: server\nload: 1\n',
    2,
    12,
    'this { is not closed',
  ],
  ['a list that is left open at the end', 'a: 1\nb: [1, 2\n', 2, 4, 'this [ is not closed'],
  ['a tab as indentation', 'groups:\n\tservers: 1\n', 2, 1, 'write spaces'],
  ['text after a quoted value', 'name: "a" b\n', 1, 11, 'text goes on after its closing quote'],
  ['hundreds of thousands of commas', `[${','.repeat(200_000)}]`, 1, 3, 'nothing stands before this comma'],
  ['hundreds of thousands of brackets', ']'.repeat(200_000), 1, 1, 'this ] closes nothing'],
  ['a second document', 'name: a\n---\nname: b\n', 2, 1, 'a scenario is one: leave out this line'],
  ['an alias within what it stands for', 'x: &x [*x]', 1, 8, '*x stands within what it stands for'],
  [
    'an alias within the mapping that it stands for',
    'groups: &g { web: { role: server, env: *g } }',
    1,
    40,
    'stands within',
  ],
  ['a merge of something else than a mapping', 'a: 1\nb:\n  <<: 5\n', 3, 7, '<< takes a mapping'],
  ['a merge of an alias of a list', 'a: &a [1]\nb: { <<: *a }\n', 2, 10, '<< takes a mapping'],
  ['a key that all objects have', 'a: { __proto__: 1 }', 1, 6, '__proto__ can be no key'],
  ['a mapping as key', '{ { a: 1 }: 2 }', 1, 3, 'can be no key'],
  ['keys within keys', '? '.repeat(30), 1, 61, 'a key is missing'],
  ['a key that is missing', ': 1', 1, 1, 'a key is missing'],
  ['a key that is far too long', `${'k'.repeat(900)}: 1`, 1, 1, 'a key of 900 characters'],
  ['keys on one line without end', 'k: '.repeat(30_000), 1, 121, 'nests more than 40'],
  [
    'mappings in mappings without end',
    many(9000, (i) => `${' '.repeat(i)}a:`)
      .join('\n')
      .slice(0, 500_000),
    41,
    41,
    'nests more than 40',
  ],
  ['more nesting than any scenario has', '['.repeat(100_000), 1, FILE_BOUNDS.depth + 1, 'nests more than 40'],
  [
    'more keys than a mapping may hold',
    lines(...many(5000, (i) => `k${i}: 1`)),
    1001,
    1,
    'at most 1000 keys, this one 5000',
  ],
  [
    'more aliases than a file may have',
    `a: &a 1\nb: [${'*a,'.repeat(30_000)}]`,
    2,
    3005,
    'more than 1000 aliases',
  ],
  [
    'a list that aliases multiply',
    lines(`a: &a [${'x,'.repeat(5000)}]`, ...many(50, (i) => `k${i}: *a`)),
    10,
    5,
    'stands for more than 50000 values',
  ],
  ['more values than a file may hold', `[${','.repeat(400_000)}`, 1, 1, 'more than 50000 values'],
  [
    'a reference that has no quotes in braces',
    'a: { n: ${nodes}, m: x-${n} }',
    1,
    9,
    'write "${nodes}" in quotes',
  ],
  [
    'an old version of YAML, which stays the new one',
    '%YAML 1.1\n---\na: !!set { b }\n',
    3,
    4,
    'set is a tag, and none is known here',
  ],
])('%s is a problem with its place', (_, text, line, column, message) => {
  const started = process.cpuUsage();
  expect(readYaml(text).problems[0]).toMatchObject({
    line,
    column,
    message: expect.stringContaining(message),
  });
  // A bound on work, wide enough for any machine: what is meant are minutes.
  expect(process.cpuUsage(started).user).toBeLessThan(5e6);
});

test('references without quotes are all that is said, and the rest is read', () => {
  const file = readYaml('a: { n: ${nodes}, m: "${n}", o: [x-${m}] }\nb: ${c}\n');
  expect(file.problems.map(({ column }) => column)).toEqual([9, 36]);
  expect(file.data).toEqual({ a: { n: '${nodes}', m: '${n}', o: ['x-${m}'] }, b: '${c}' });
});

test('merged keys give way to written ones, and the first of several mappings wins', () => {
  const text = lines('a: &a { x: 1, y: 1 }', 'b: &b { y: 2, z: 2 }', 'c: { <<: [*a, *b], x: 3 }');
  const file = readYaml(text);
  expect(file.data).toMatchObject({ c: { x: 3, y: 1, z: 2 } });
  expect(file.positionOf({ path: ['c', 'z'], message: '', at: 'value' })).toEqual({ line: 2, column: 18 });
});

test('environment variables stay as they are written, everything else is what it says', () => {
  const env = '{ VERSION: 1.10, PIN: 01234, LONG: 12345678901234567890, ON: True, HEX: 0x1F, NONE: ~ }';
  const file = readYaml(
    lines('common: &env { A: 1.0 }', 'groups:', `  a: { cpus: 1.50, env: ${env} }`, '  b: { env: *env }'),
  );
  expect(file.data).toMatchObject({
    common: { A: 1 },
    groups: {
      a: {
        cpus: 1.5,
        env: {
          VERSION: '1.10',
          PIN: '01234',
          LONG: '12345678901234567890',
          ON: 'True',
          HEX: '0x1F',
          NONE: null,
        },
      },
      b: { env: { A: '1.0' } },
    },
  });
});

test('keys stay as they are written', () => {
  expect(readYaml('1.10: a\n01: b\ntrue: c\n').data).toEqual({ '1.10': 'a', '01': 'b', true: 'c' });
});
