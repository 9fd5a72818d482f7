import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateFile, hashFile } from '../../../node-image/user/generated-file.ts';

const whole = (name: string, bytes: number): Buffer =>
  Buffer.concat([...generateFile(name, { start: 0, end: bytes })]);

describe('generated files', () => {
  test('the same name gives the same bytes, another name others', () => {
    expect(whole('a', 1000)).toEqual(whole('a', 1000));
    expect(whole('a', 1000)).not.toEqual(whole('b', 1000));
  });

  test('the content of a name never changes between versions', () => {
    expect(whole('a', 16).toString('hex')).toBe('6aa68133d6964d616e51be0ea691fa1f');
  });

  test('a longer file begins with the shorter one of the same name', () => {
    expect(whole('a', 5000).subarray(0, 300)).toEqual(whole('a', 300));
  });

  test.each([
    [0, 1],
    [5, 20],
    [15, 17],
    [16, 32],
    [65_535, 65_540],
    [131_000, 200_000],
  ])('the range %i-%i equals that part of the whole', (start, end) => {
    expect(Buffer.concat([...generateFile('a', { start, end })])).toEqual(
      whole('a', 200_000).subarray(start, end),
    );
  });

  test('an empty file has no chunks', () => {
    expect([...generateFile('a', { start: 0, end: 0 })]).toEqual([]);
  });

  test('the hash is that of the whole content', async () => {
    const expected = createHash('sha256').update(whole('a', 1_000_000)).digest();
    expect(await hashFile('a', 1_000_000, new AbortController().signal)).toEqual(expected);
  });
});
