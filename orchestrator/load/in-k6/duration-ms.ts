// A duration as k6 reads it: a number of milliseconds, or text such as `1m30s`.

const MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000_001 };
const WHOLE = /^(?:[\d.]+(?:d|h|ms|m|s|us|µs|ns))+$/;
const PART = /([\d.]+)(d|h|ms|m|s|us|µs|ns)/g;

/** Undefined where it is none; k6 then says so itself. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  if (Number.isFinite(Number(value))) return Number(value);
  if (!WHOLE.test(value)) return undefined;
  return [...value.matchAll(PART)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * MS[unit as keyof typeof MS],
    0,
  );
}
