// The records this peer holds for the network, bounded, each with the version that decides which of two copies is newer.
import { HttpProblem } from '../http/http-problem.ts';

export interface Replica {
  readonly id: string;
  /** Clock of the peer that took it in, milliseconds since 1970; two in one millisecond differ by `writer`. */
  readonly writtenAtMs: number;
  readonly writer: string;
  /** Base64; null = deleted. */
  readonly value: string | null;
  readonly contentType: string;
}

/** Of all values together, as they are kept. */
const limitBytes = 24 * 1024 * 1024;
const overheadBytes = 400;

export function isNewer(one: Replica, other: Replica): boolean {
  return one.writtenAtMs === other.writtenAtMs
    ? one.writer > other.writer
    : one.writtenAtMs > other.writtenAtMs;
}

export class Replicas {
  readonly #replicas = new Map<string, Replica>();
  #bytes = 0;

  get size(): number {
    return this.#replicas.size;
  }

  get(id: string): Replica | undefined {
    return this.#replicas.get(id);
  }

  all(): Replica[] {
    return [...this.#replicas.values()];
  }

  /** Keeps the newer of the two. Fails with 507 when the memory set aside for records is full. */
  keep(replica: Replica): void {
    const before = this.#replicas.get(replica.id);
    if (before !== undefined && !isNewer(replica, before)) return;
    const bytes = this.#bytes + sizeOf(replica) - (before === undefined ? 0 : sizeOf(before));
    if (bytes > limitBytes) throw new HttpProblem(507, `this peer keeps ${limitBytes} bytes of records`);
    this.#bytes = bytes;
    this.#replicas.set(replica.id, replica);
  }
}

function sizeOf({ value, id }: Replica): number {
  return (value?.length ?? 0) + id.length + overheadBytes;
}

export function parseReplica(value: unknown): Replica | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const replica = value as Partial<Record<keyof Replica, unknown>>;
  const fits =
    typeof replica.id === 'string' &&
    typeof replica.writtenAtMs === 'number' &&
    typeof replica.writer === 'string' &&
    (typeof replica.value === 'string' || replica.value === null) &&
    typeof replica.contentType === 'string';
  return fits ? (value as Replica) : undefined;
}
