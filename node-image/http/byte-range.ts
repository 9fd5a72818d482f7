// Range requests of RFC 9110, section 14: one range of bytes. Several ranges at once are answered with the whole, as the RFC allows.

export interface ByteRange {
  readonly start: number;
  /** First byte not sent. */
  readonly end: number;
}

/** What a Range header asks of a representation of `bytes` bytes: all of it, a part, or something it does not have. */
export function parseRange(header: string | undefined, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = header === undefined ? null : /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  if (match === null) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? 'whole' : suffixOf(bytes, Number(last));
  const start = Number(first);
  const end = last === '' ? bytes : Math.min(Number(last) + 1, bytes);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= bytes ? 'unsatisfiable' : { start, end };
}

function suffixOf(bytes: number, wanted: number): ByteRange | 'unsatisfiable' {
  if (wanted === 0 || bytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, bytes - wanted), end: bytes };
}
