// Numbers as people read them: three digits are enough, always with their unit.
import type { PanelUnit } from '../../dashboards/panels/panel.ts';

const KIB = 1024;

/** What stands where nothing was measured. */
export const NO_VALUE = '–';

/** `120 ms`, `3.2 MiB/s`, `85 %`, `1,200/s`, `0.2 CPU`. null and non-finite values give `–`. */
export function formatValue(value: number | null, unit: PanelUnit): string {
  if (value === null || !Number.isFinite(value)) return NO_VALUE;
  switch (unit) {
    case 'per-second':
      return `${formatNumber(value)}/s`;
    case 'seconds':
      return formatDuration(value * 1000);
    case 'milliseconds':
      return formatDuration(value);
    case 'share':
      return formatShare(value);
    case 'bytes':
      return formatBytes(value);
    case 'bytes-per-second':
      return `${formatBytes(value)}/s`;
    case 'cores':
      return `${formatNumber(value)} CPU`;
    case 'count':
      return formatNumber(value);
  }
}

/** About three digits, thousands separated: `1,234`, `42.3`, `0.00123`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1) return decimals(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return threeDigits.format(value);
}

/** With as few digits as tell it from another number, four at least: `500.04` beside `500`. */
export function writeApart(value: number, other: number): string {
  const enough = [4, 5, 6, 8, 10, 12, 15].find(
    (digits) => Number(value.toPrecision(digits)) !== Number(other.toPrecision(digits)),
  );
  return String(Number(value.toPrecision(enough ?? 4)));
}

/** `0.8 ms`, `118 ms`, `2.35 s`, `3 min 5 s`, `1 h 5 min`, from two days on `94 d 10 h`. */
export function formatDuration(ms: number): string {
  if (Math.abs(ms) < 1000 && Math.abs(Math.round(ms)) < 1000) return `${formatNumber(ms)} ms`;
  if (Math.abs(ms) < 120_000) return `${formatNumber(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return joined([Math.floor(seconds / 60), 'min'], [seconds % 60, 's']);
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return joined([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
  const hours = Math.round(minutes / 60);
  return joined([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
}

/** A moment of the run, to a tenth of a second: `12.3 s`, `2:05.3`. */
export function formatOffset(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (Math.abs(tenths) < 1200) return `${decimals(tenths / 10, 1)} s`;
  const seconds = (Math.abs(tenths) % 600) / 10;
  return `${tenths < 0 ? '-' : ''}${Math.floor(Math.abs(tenths) / 600)}:${seconds.toFixed(1).padStart(4, '0')}`;
}

/** Rounds in such a way that only all is called 100 % and only nothing 0 %. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 99 && percent < 100) {
    return percent >= 99.99 ? '>99.99 %' : `${decimals(Math.floor(percent * 100) / 100, 2)} %`;
  }
  if (percent > 0 && percent < 0.01) return '<0.01 %';
  return `${decimals(percent, Math.abs(percent) >= 10 ? 1 : 2)} %`;
}

/** Binary units: `512 B`, `3.2 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let index = 0;
  let value = bytes;
  // What would be written as 1,024 of a unit is one of the next.
  while (Math.abs(value) >= KIB - 0.5 && index < units.length - 1) {
    value /= KIB;
    index += 1;
  }
  return `${formatNumber(index === 0 ? Math.round(value) : value)} ${units[index]}`;
}

/** `2026-11-23 14:37:29 UTC`. */
export function formatInstant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `1 node`, `4 nodes`. */
export function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function joined(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([value], index) => index === 0 || value !== 0)
    .map(([value, unit]) => `${formatNumber(value)} ${unit}`)
    .join(' ');
}

/** Made once: making one takes ten times as long as its use, and tables of many nodes have many cells. */
const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const withDecimals = [0, 1, 2].map((most) => new Intl.NumberFormat('en-US', { maximumFractionDigits: most }));

function decimals(value: number, most: 0 | 1 | 2): string {
  return (withDecimals[most] ?? threeDigits).format(value);
}
