// Quantities as people write them ("1m30s", "128MiB", "200/s", "1%") and back again. Parsing answers undefined for
// anything else; quantities.ts makes the messages.

/** `1h30m`, `1m30s`, `500ms`, `0.5ms`, `250us`: larger units first, each at most once. */
export const DURATION_PATTERN =
  '^(?=\\d)(?:(\\d+(?:\\.\\d+)?)h)?(?:(\\d+(?:\\.\\d+)?)m)?(?:(\\d+(?:\\.\\d+)?)s)?(?:(\\d+(?:\\.\\d+)?)ms)?(?:(\\d+(?:\\.\\d+)?)us)?$';
/** `512B`, `4kB`, `128MiB`, `1GB`. */
export const SIZE_PATTERN = '^(\\d+(?:\\.\\d+)?) ?(B|kB|KB|KiB|MB|MiB|GB|GiB|TB|TiB)$';
/** `200/s`, `600/m`, `3600/h`. */
export const RATE_PATTERN = '^(\\d+(?:\\.\\d+)?) ?/ ?(s|m|h)$';
/** `8MiB/s`, `100 kB/s`: bytes per second. */
export const BYTE_RATE_PATTERN = '^(\\d+(?:\\.\\d+)?) ?(B|kB|KB|KiB|MB|MiB|GB|GiB|TB|TiB) ?/ ?s$';
/** `1%`, `99.9%`. */
export const SHARE_PATTERN = '^(\\d+(?:\\.\\d+)?) ?%$';

const MS_PER_UNIT = [3_600_000, 60_000, 1000, 1, 0.001];

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Milliseconds, exact to the nanosecond. */
export function parseDuration(text: string): number | undefined {
  const match = new RegExp(DURATION_PATTERN).exec(text);
  if (match === null) return undefined;
  const totalMs = MS_PER_UNIT.reduce((sum, unitMs, index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
  return Math.round(totalMs * 1e6) / 1e6;
}

/** Whole bytes, rounded. */
export function parseSize(text: string): number | undefined {
  const match = new RegExp(SIZE_PATTERN).exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * (BYTES_PER_UNIT[match[2] ?? ''] ?? 0));
}

/** Per second. */
export function parseRate(text: string): number | undefined {
  const match = new RegExp(RATE_PATTERN).exec(text);
  return match === null ? undefined : Number(match[1]) / (SECONDS_PER_UNIT[match[2] ?? ''] ?? 1);
}

/** Whole bytes per second, rounded. */
export function parseByteRate(text: string): number | undefined {
  const match = new RegExp(BYTE_RATE_PATTERN).exec(text);
  return match === null ? undefined : parseSize(`${match[1]}${match[2]}`);
}

/** A share, 0.01 for "1%". Not bounded here. */
export function parseShare(text: string): number | undefined {
  const match = new RegExp(SHARE_PATTERN).exec(text);
  // Divided last and rounded, so that "99.9%" is the same number as 0.999.
  return match === null ? undefined : Math.round(Number(match[1]) * 1e10) / 1e12;
}

/** The same form that parseDuration reads: 90000 → `1m30s`, 500 → `500ms`. */
export function writeDuration(durationMs: number): string {
  if (durationMs < 1000) return `${trim(durationMs)}ms`;
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor((durationMs % 3_600_000) / 60_000);
  const seconds = trim((durationMs % 60_000) / 1000);
  const parts = [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds === '0' ? '' : `${seconds}s`,
  ];
  return parts.join('');
}

/** In the largest unit that keeps the number short, decimal where only that gives a round number: 134217728 → `128MiB`, 250000 → `250kB`. */
export function writeSize(bytes: number): string {
  const inUnits = (units: readonly string[]) => {
    const unit = units.find((each) => bytes >= (BYTES_PER_UNIT[each] ?? 0)) ?? 'B';
    return { unit, number: bytes / (BYTES_PER_UNIT[unit] ?? 1) };
  };
  const binary = inUnits(['TiB', 'GiB', 'MiB', 'KiB']);
  const decimal = inUnits(['TB', 'GB', 'MB', 'kB']);
  const isRound = ({ number }: { readonly number: number }) => Number(trim(number)) === number;
  const { number, unit } = !isRound(binary) && isRound(decimal) ? decimal : binary;
  return `${trim(number)}${unit}`;
}

/** 40 → `40/s`. */
export function writeRate(perSecond: number): string {
  return `${trim(perSecond)}/s`;
}

/** 8388608 → `8MiB/s`. */
export function writeByteRate(bytesPerSecond: number): string {
  return `${writeSize(bytesPerSecond)}/s`;
}

/** At most three decimals, without trailing zeros. */
function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
