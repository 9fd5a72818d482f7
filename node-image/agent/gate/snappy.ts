// Snappy's block format (format_description.txt of google/snappy), in which remote write packs its messages.
import { readVarint, writeVarint } from './wire.ts';

/** What was packed. Throws where it is not snappy, or unpacks to more than `mostBytes`: that is known before anything is unpacked. */
export function unpackSnappy(packed: Buffer, mostBytes: number): Buffer {
  const { value: length, next } = readVarint(packed, 0);
  if (length > mostBytes) throw new RangeError(`unpacks to ${length} bytes, more than ${mostBytes}`);
  const out = Buffer.allocUnsafe(length);
  let from = next;
  let to = 0;
  while (from < packed.length) {
    const tag = packed[from++] ?? 0;
    if ((tag & 3) === 0) {
      let size = tag >> 2;
      if (size >= 60) {
        const bytes = size - 59;
        size = packed.readUIntLE(from, bytes);
        from += bytes;
      }
      size += 1;
      if (from + size > packed.length || to + size > length) throw broken();
      to += packed.copy(out, to, from, from + size);
      from += size;
      continue;
    }
    const [size, back, extra] = copyOf(tag, packed, from);
    from += extra;
    if (back === 0 || back > to || to + size > length) throw broken();
    // A copy may run into what it is writing: that is how runs of the same bytes are packed.
    if (back >= size) out.copyWithin(to, to - back, to - back + size);
    else for (let index = 0; index < size; index++) out[to + index] = out[to + index - back] ?? 0;
    to += size;
  }
  if (to !== length) throw broken();
  return out;
}

/** Length, how far back, and how many bytes it took beside the tag. */
function copyOf(tag: number, packed: Buffer, from: number): readonly [number, number, number] {
  switch (tag & 3) {
    case 1:
      return [((tag >> 2) & 7) + 4, ((tag >> 5) << 8) | packed.readUInt8(from), 1];
    case 2:
      return [(tag >> 2) + 1, packed.readUInt16LE(from), 2];
    default:
      return [(tag >> 2) + 1, packed.readUInt32LE(from), 4];
  }
}

/** The same bytes as a valid snappy block, not made smaller: it stays on this machine, and packing costs CPU. */
export function wrapSnappy(bytes: Buffer): Buffer {
  if (bytes.length === 0) return Buffer.from([0]);
  const literal = Buffer.alloc(5);
  literal.writeUInt8(63 << 2);
  literal.writeUInt32LE(bytes.length - 1, 1);
  return Buffer.concat([Buffer.from(writeVarint(bytes.length)), literal, bytes]);
}

function broken(): RangeError {
  return new RangeError('is not a snappy block');
}
