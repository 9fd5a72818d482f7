import { describe, expect, it } from 'vitest';
import { unpackSnappy, wrapSnappy } from '../../../../node-image/agent/gate/snappy.ts';

describe('a snappy block', () => {
  it('comes back as it was wrapped', () => {
    for (const size of [0, 1, 59, 60, 61, 127, 128, 300, 70_000]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 251));
      expect(unpackSnappy(wrapSnappy(bytes), 100_000)).toEqual(bytes);
    }
  });

  it('is unpacked with copies of all three kinds, also of what is just being written', () => {
    // "abcd", 4 bytes from 4 back; then a run of 10 from 1 back; then 3 from 18 back, with four bytes of offset.
    const packed = Buffer.from([21, 0x0c, 97, 98, 99, 100, 0x01, 4, 0x26, 1, 0, 0x0b, 18, 0, 0, 0]);
    expect(unpackSnappy(packed, 100).toString()).toBe(`abcdabcd${'d'.repeat(10)}abc`);
  });

  it('is refused before it is unpacked where it would be too large', () => {
    const packed = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    expect(() => unpackSnappy(packed, 1000)).toThrow(/more than 1000/);
  });

  it.each([
    ['a copy from before the beginning', [4, 0x01, 4]],
    ['a copy of nothing written yet', [4, 0x00, 97, 0x01, 0]],
    ['a literal that is cut off', [4, 0x0c, 97]],
    ['more than it says', [1, 0x04, 97, 98]],
    ['less than it says', [3, 0x04, 97, 98]],
    ['an end within a number', [0xff]],
    ['an end within a copy', [8, 0x0c, 97, 98, 99, 100, 0x02, 1]],
    ['nothing', []],
  ])('%s is no block', (_, bytes) => {
    expect(() => unpackSnappy(Buffer.from(bytes), 1000)).toThrow(RangeError);
  });
});
