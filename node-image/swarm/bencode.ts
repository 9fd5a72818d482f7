// Bencoding (BEP 3), the encoding of .torrent files; only the way out, for nothing here reads it.

export type Bencodable =
  | number
  | string
  | Buffer
  | readonly Bencodable[]
  | { readonly [key: string]: Bencodable | undefined };

/** Keys are sorted by their bytes as the format demands; those that are undefined are left out. Numbers must be whole. */
export function bencode(value: Bencodable): Buffer {
  const parts: Buffer[] = [];
  append(parts, value);
  return Buffer.concat(parts);
}

function append(parts: Buffer[], value: Bencodable): void {
  if (typeof value === 'number') parts.push(Buffer.from(`i${value}e`));
  else if (typeof value === 'string') append(parts, Buffer.from(value));
  else if (Buffer.isBuffer(value)) parts.push(Buffer.from(`${value.length}:`), value);
  else if (isList(value)) {
    parts.push(Buffer.from('l'));
    for (const item of value) append(parts, item);
    parts.push(Buffer.from('e'));
  } else {
    parts.push(Buffer.from('d'));
    for (const key of Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      const item = value[key];
      if (item === undefined) continue;
      append(parts, key);
      append(parts, item);
    }
    parts.push(Buffer.from('e'));
  }
}

function isList(value: object): value is readonly Bencodable[] {
  return Array.isArray(value);
}
