// One file of the corpus → a wrong one: by its bytes, its text, or its parts. The same random numbers give the same file.
import { parse, stringify } from 'yaml';
import { NASTY_BYTES, NASTY_TEXT, NASTY_VALUES } from './nasty-values.ts';

export type Random = () => number;

/** No mutation makes a file of more than that: what lies above the bound of files is refused unread. */
const LARGEST_BYTES = 600_000;

/** One change or a few of the file; sometimes a part of another one. */
export function mutate(text: string, others: readonly string[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(text);
  // Mostly one: a file with several problems is refused for the first kind of them, and shows nothing of the others.
  const changes = random() < 0.6 ? 1 : below(4, random) + 1;
  for (let left = changes; left > 0; left--) {
    const kind = random();
    if (kind < 0.5) bytes = Buffer.from(mutateParts(bytes.toString(), random));
    else if (kind < 0.8)
      bytes = Buffer.from(mutateText(bytes.toString(), pick(others, random) ?? '', random));
    else bytes = mutateBytes(bytes, random);
  }
  return bytes.subarray(0, LARGEST_BYTES);
}

function below(count: number, random: Random): number {
  return Math.floor(random() * count);
}

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[below(items.length, random)];
}

/** Mostly a few, now and then thousands. */
function repeats(random: Random): number {
  return 10 ** (random() < 0.03 ? 4 : below(3, random));
}

function mutateBytes(bytes: Buffer, random: Random): Buffer {
  const at = below(bytes.length + 1, random);
  const until = Math.min(bytes.length, at + below(40, random));
  switch (below(4, random)) {
    case 0: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = below(256, random);
      return copy;
    }
    case 1:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(pick(NASTY_BYTES, random) ?? []),
        bytes.subarray(at),
      ]);
    case 2:
      return bytes.subarray(0, at);
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
  }
}

function mutateText(text: string, other: string, random: Random): string {
  const lines = text.split('\n');
  const line = below(lines.length, random);
  const at = below(text.length + 1, random);
  switch (below(6, random)) {
    case 0: {
      // Where a word begins, for most of what YAML means stands there.
      const words = [...text.matchAll(/[^\s:,[\]{}]+/g)].map(({ index }) => index);
      const word = pick(words, random) ?? at;
      return `${text.slice(0, word)}${pick(NASTY_TEXT, random)}${text.slice(word)}`;
    }
    case 1:
      return `${text.slice(0, at)}${pick(NASTY_TEXT, random)}${text.slice(at)}`;
    case 2:
      return lines
        .toSpliced(line, 0, ...Array.from({ length: repeats(random) }, () => lines[line] ?? ''))
        .join('\n');
    case 3:
      return lines.toSpliced(line, 1).join('\n');
    case 4:
      return lines.map((each, index) => (index === line ? ` ${each}` : each)).join('\n');
    default: {
      const from = below(other.length, random);
      return `${text.slice(0, at)}${other.slice(from, from + below(400, random))}${text.slice(at)}`;
    }
  }
}

/** A place in the data: what holds it, and under which key. */
interface Slot {
  readonly owner: Record<string | number, unknown>;
  readonly key: string;
}

function mutateParts(text: string, random: Random): string {
  let data: unknown;
  try {
    data = parse(text, { maxAliasCount: 100, logLevel: 'silent' });
  } catch {
    return text;
  }
  const slots: Slot[] = [];
  collect(data, slots);
  const slot = pick(slots, random);
  if (slot === undefined) return text;
  changeSlot(slot, pick(slots, random) ?? slot, random);
  try {
    return stringify(data, { lineWidth: 0 });
  } catch {
    return text;
  }
}

function collect(value: unknown, slots: Slot[]): void {
  if (typeof value !== 'object' || value === null || slots.length > 5000) return;
  const owner = value as Record<string | number, unknown>;
  for (const key of Object.keys(owner)) {
    slots.push({ owner, key });
    collect(owner[key], slots);
  }
}

function changeSlot({ owner, key }: Slot, other: Slot, random: Random): void {
  const value = owner[key];
  switch (below(8, random)) {
    case 0:
    case 1:
      owner[key] = pick(NASTY_VALUES, random);
      return;
    case 2:
      if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else delete owner[key];
      return;
    case 3:
      put(owner, `${key}${pick(['', 's', 'x', '-1', ' '], random)}`.slice(below(2, random)), value);
      return;
    case 4:
      put(
        owner,
        String(
          pick(
            NASTY_VALUES.filter((each) => typeof each === 'string'),
            random,
          ),
        ),
        structuredClone(value),
      );
      return;
    case 5: {
      const count = repeats(random);
      if (Array.isArray(owner)) for (let n = 0; n < count; n++) owner.push(value);
      else for (let n = 0; n < count; n++) put(owner, `${key}${n}`, value);
      return;
    }
    case 6: {
      // Copies, so that nothing stands within itself.
      const [mine, theirs] = [structuredClone(value), structuredClone(other.owner[other.key])];
      owner[key] = theirs;
      other.owner[other.key] = mine;
      return;
    }
    default: {
      let nested = value;
      for (let depth = 10 ** below(3, random); depth > 0; depth--)
        nested = random() < 0.5 ? [nested] : { [key]: nested };
      owner[key] = nested;
    }
  }
}

/** As a key of its own, also where it is one that objects have. */
function put(owner: Record<string | number, unknown>, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, enumerable: true, writable: true, configurable: true });
}
