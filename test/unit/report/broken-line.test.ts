import { expect, test } from 'vitest';
import { brokenLine } from '../../../orchestrator/format/wrap-text.ts';

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
