import { expect, test } from 'vitest';
import { brokenLine, wrapText } from '../../../orchestrator/format/wrap-text.ts';

const row =
  '        11s  update servers to version 2  joining: servers-5, servers-6, servers-7  (timeline[0])';

test('a row is broken at spaces, and goes on under its second column', () => {
  expect(brokenLine(row, 70)).toEqual([
    '        11s  update servers to version 2  joining: servers-5,',
    '             servers-6, servers-7  (timeline[0])',
  ]);
});

test.each([
  ['that fits', row, 100],
  ['of a pipe', row, Number.POSITIVE_INFINITY],
  ['without a space to break it at', 'x'.repeat(90), 70],
])('a line %s stays as it is', (_what, line, columns) => {
  expect(brokenLine(line, columns)).toEqual([line]);
});

test('a word at the very edge is not cut', () => {
  expect(brokenLine('Parameters: a = 1, b = 2', 18)).toEqual(['Parameters: a = 1,', '  b = 2']);
});

test.each([
  ['stopped for 10 s in all', 14, ['stopped for', '10 s in all']],
  ['held 99 % of it', 8, ['held', '99 % of', 'it']],
  ['took 1 h 5 min', 11, ['took 1 h', '5 min']],
  ['needs 512 MiB here', 10, ['needs', '512 MiB', 'here']],
  ['of 10 servers', 8, ['of 10', 'servers']],
])('a number stays with its unit: %s', (text, columns, lines) => {
  expect(wrapText(text, columns)).toEqual(lines);
});

test('a number stays with its unit in a line of a list', () => {
  expect(brokenLine('  on for 10 s', 11)).toEqual(['  on for 10 s']);
  expect(brokenLine('Others were on for 10 s', 22)).toEqual(['Others were on for', '  10 s']);
});
