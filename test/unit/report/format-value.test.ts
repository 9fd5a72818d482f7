import { expect, test } from 'vitest';
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import {
  formatDuration,
  formatOffset,
  formatShare,
  formatValue,
} from '../../../orchestrator/format/format-value.ts';

test.each<[number | null, PanelUnit, string]>([
  [1200, 'per-second', '1,200/s'],
  [63.24, 'per-second', '63.2/s'],
  [0.12, 'seconds', '120 ms'],
  [1.3126, 'seconds', '1.31 s'],
  [83.4, 'milliseconds', '83.4 ms'],
  [999.7, 'milliseconds', '1 s'],
  [0.85, 'share', '85 %'],
  [3.2 * 1024 ** 2, 'bytes-per-second', '3.2 MiB/s'],
  [512, 'bytes', '512 B'],
  [1024 ** 3 - 1000, 'bytes', '1 GiB'],
  [1023, 'bytes', '1,023 B'],
  [1022 * 1024, 'bytes', '1,022 KiB'],
  [0.2, 'cores', '0.2 CPU'],
  [4, 'count', '4'],
  [null, 'per-second', '–'],
  [Number.NaN, 'share', '–'],
])('%s in %s reads %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test.each([
  [1, '100 %'],
  [0.9986, '99.86 %'],
  [0.99996, '>99.99 %'],
  [0.00001, '<0.01 %'],
  [0, '0 %'],
])('the share %s is only called all or nothing where it is: %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [119_000, '119 s'],
  [125_000, '2 min 5 s'],
  [180_000, '3 min'],
  [3_900_000, '1 h 5 min'],
  [47.5 * 3_600_000, '47 h 30 min'],
  [168 * 3_600_000, '7 d'],
  [2266.67 * 3_600_000, '94 d 11 h'],
])('%i ms last %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [12_300, '12.3 s'],
  [125_300, '2:05.3'],
  [119_990, '2:00.0'],
])('%i ms after the start is %s', (ms, text) => {
  expect(formatOffset(ms)).toBe(text);
});
