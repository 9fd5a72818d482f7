// Single values of compose files as they are meant: compose takes most numbers and truth values as text, too. Undefined for what is none. Pure.
import { type Part, textOf } from '../file/part.ts';

const TRUE = ['true', 'y', 'yes', 'on'];

export function truthOf(part: Part | undefined): boolean {
  return TRUE.includes(textOf(part).toLowerCase());
}

export function numberOf(part: Part | undefined): number | undefined {
  const text = textOf(part).trim();
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const MS_PER: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `1m30s`, in milliseconds. */
export function durationMsOf(part: Part | undefined): number | undefined {
  const text = textOf(part).trim();
  if (!/^(?:\d+(?:\.\d+)?(?:us|µs|ms|s|m|h|d|w))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g)].reduce(
    (sum, [, value, unit = '']) => sum + Number(value) * (MS_PER[unit] ?? 0),
    0,
  );
}

const POWERS = ['', 'k', 'm', 'g', 't', 'p'];

/** `512m`, `1.5G`, `64kb`, in bytes: each unit is 1024 times the one before. */
export function bytesOf(part: Part | undefined): number | undefined {
  const [, value, unit = ''] = /^(-?\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(textOf(part).trim()) ?? [];
  if (value === undefined) return undefined;
  return Math.round(Number(value) * 1024 ** POWERS.indexOf(unit.toLowerCase()));
}
