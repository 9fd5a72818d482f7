import { expect, test } from 'vitest';
import {
  writeDuration,
  writeRate,
  writeSize,
  parseDuration,
  parseRate,
  parseShare,
  parseSize,
} from '../../../orchestrator/scenario/text/units.ts';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['0.5ms', 0.5],
  ['250us', 0.25],
  ['1.5h', 5_400_000],
  ['1h1m1s1ms', 3_661_001],
  ['1.001s', 1001],
  ['0s', 0],
  ['', undefined],
  ['30', undefined],
  ['30 s', undefined],
  ['-1s', undefined],
  ['30s1m', undefined],
  ['1e3s', undefined],
  ['s', undefined],
])('the duration "%s" is %s milliseconds', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

test.each([
  ['128MiB', 134_217_728],
  ['1GB', 1_000_000_000],
  ['4kB', 4000],
  ['1.5KiB', 1536],
  ['512 B', 512],
  ['128', undefined],
  ['128M', undefined],
  ['128Mi', undefined],
])('the size "%s" is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ['200/s', 200],
  ['600/m', 10],
  ['3600 / h', 1],
  ['0.5/s', 0.5],
  ['200', undefined],
  ['200/d', undefined],
])('the rate "%s" is %s per second', (text, perSecond) => {
  expect(parseRate(text)).toBe(perSecond);
});

test.each([
  ['1%', 0.01],
  ['99.9%', 0.999],
  ['0%', 0],
  ['150%', 1.5],
  ['1', undefined],
])('the share "%s" is %s', (text, share) => {
  expect(parseShare(text)).toBe(share);
});

test.each([
  [0, '0ms'],
  [500, '500ms'],
  [30_000, '30s'],
  [90_000, '1m30s'],
  [3_600_000, '1h'],
  [3_661_500, '1h1m1.5s'],
])('%s milliseconds are written %s, and read back', (durationMs, text) => {
  expect(writeDuration(durationMs)).toBe(text);
  expect(parseDuration(text)).toBe(durationMs);
});

test.each([
  [250_000, '250kB'],
  [1_000_000, '1MB'],
  [1_500_000_000, '1.5GB'],
  [134_217_728, '128MiB'],
  [1536, '1.5KiB'],
  [12, '12B'],
])('%s bytes are written %s, and read back', (bytes, text) => {
  expect(writeSize(bytes)).toBe(text);
  expect(parseSize(text)).toBe(bytes);
});

test('a rate is written as it is read', () => {
  expect(writeRate(12.5)).toBe('12.5/s');
});
