import { expect, test } from 'vitest';
import { readYaml } from '../../../orchestrator/scenario/read-yaml.ts';

// Written here rather than in files: formatters refuse files that are not YAML.
test.each([
  ['a mapping that is left open', 'groups:\n  servers: { role: server\nload: 1\n', 3, 1],
  ['a tab as indentation', 'groups:\n\tservers: 1\n', 2, 1],
  ['text after a quoted value', 'name: "a" b\n', 1, 11],
  ['a second document', 'name: a\n---\nname: b\n', 2, 1],
])('%s is a syntax fault with its place', (_, text, line, column) => {
  const file = readYaml(text);
  expect(file.readable).toBe(false);
  expect(file.faults[0]).toMatchObject({ line, column, message: expect.stringMatching(/^not YAML: /) });
});

test('aliases that stand for millions of values are refused, not expanded', () => {
  const levels = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de'].map((pair) => pair.split(''))) {
    levels.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`);
  }
  expect(readYaml(levels.join('\n'))).toMatchObject({ readable: false, faults: [{ line: 1 }] });
});
