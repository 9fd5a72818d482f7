// Values as people wrote them, told in messages.

/** Characters; no quantity that people write is longer. */
export const LONGEST_QUANTITY = 100;

/** A value as it stands in a message, short. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  // As YAML writes them: JSON knows neither.
  if (typeof value === 'number' && !Number.isFinite(value))
    return String(value).replace('Infinity', '.inf').replace('NaN', '.nan');
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Of text that reads as what is wanted: that it is text only because of its quotes. */
export function withoutQuotes(expected: string, input: unknown): string | undefined {
  if (typeof input !== 'string' || input.length > LONGEST_QUANTITY) return undefined;
  const isNumber = (expected === 'number' || expected === 'int') && /^[-+]?(\d+\.?\d*|\.\d+)$/.test(input);
  const isBoolean = expected === 'boolean' && /^(true|false)$/.test(input);
  return isNumber || isBoolean ? `is text, ${shown(input)}; write ${input} without quotes` : undefined;
}
