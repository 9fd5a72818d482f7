// As much of protobuf's wire format as remote write's messages need (protobuf.dev, "Encoding").

/** A field of a message: its number, and where its content lies. */
export interface Field {
  readonly number: number;
  /** 2 = length-delimited: a message or text. */
  readonly wireType: number;
  /** First byte of the field with its tag. */
  readonly start: number;
  /** First byte of its content. */
  readonly content: number;
  readonly end: number;
}

/** Throws RangeError where it ends early or is longer than 2^53. */
export function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let factor = 1;
  for (let next = at; next < at + 10; next++) {
    const byte = bytes[next];
    if (byte === undefined) break;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: next + 1 };
    factor *= 128;
  }
  throw new RangeError('ends within a number');
}

/** The fields of the message that lies from `start` to `end`. Throws RangeError where it is not one. */
export function* fieldsOf(bytes: Buffer, start = 0, end = bytes.length): Generator<Field> {
  let at = start;
  while (at < end) {
    const tag = readVarint(bytes, at);
    const wireType = tag.value % 8;
    const content = wireType === 2 ? readVarint(bytes, tag.next) : { value: 0, next: tag.next };
    const size = sizeOf(bytes, wireType, content);
    const next = content.next + size;
    if (next > end) throw new RangeError('ends within a field');
    yield { number: Math.floor(tag.value / 8), wireType, start: at, content: content.next, end: next };
    at = next;
  }
}

function sizeOf(bytes: Buffer, wireType: number, content: { value: number; next: number }): number {
  switch (wireType) {
    case 0:
      return readVarint(bytes, content.next).next - content.next;
    case 1:
      return 8;
    case 2:
      return content.value;
    case 5:
      return 4;
    default:
      throw new RangeError(`has a field of the unknown kind ${wireType}`);
  }
}

/** A length-delimited field with this content. */
export function delimited(number: number, content: readonly Buffer[]): Buffer[] {
  const size = content.reduce((sum, part) => sum + part.length, 0);
  return [Buffer.from([number * 8 + 2, ...writeVarint(size)]), ...content];
}

export function writeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
