// Writes records at an even rate during the load, keeps what was acknowledged, and reads all of that back after it, each by its content.
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { AgentClient } from '../../agent/agent-client.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import type { LedgerEntry, LostRecords } from '../../record/checked-records.ts';
import { MOST_RECORDS, type RecordsToKeep } from '../../scenario/records-schema.ts';

/** A write without an answer by then has failed. */
const WRITE_TIMEOUT_MS = 5_000;
/** Writes that wait for an answer; while there are as many, no others are begun. */
const MOST_WAITING = 256;
/** So many records together, and more of them so much longer; what has not answered by then is unreadable. */
const READ_WITHIN_MS = 60_000;
const READ_TOGETHER = 500;
const LONGEST_READ_MS = 600_000;
const READS_AT_ONCE = 16;
const READ_TIMEOUT_MS = 5_000;
/** What is not there is looked for so often, at another node where there are several: copies may be on their way. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 200;

type Found = NonNullable<LedgerEntry['found']>;

export interface RecordsLedgerOptions {
  readonly records: Omit<RecordsToKeep, 'eventsPerSecond'>;
  readonly seed: number;
  /** Asks nodes from inside their network. */
  readonly agent: Pick<AgentClient, 'http'>;
  /** `host:port` of the nodes that can be asked now, in whatever order. */
  readonly addresses: () => readonly string[];
  /** Milliseconds since the start of the load. */
  readonly now: () => number;
  readonly onWritten: (acknowledged: boolean) => void;
}

/** What a record holds: as many hexadecimal digits, which follow from the seed and its id. */
export function contentOf(seed: number, id: string, sizeBytes: number): string {
  const hash = createHash('shake256', { outputLength: Math.ceil(sizeBytes / 2) });
  return hash.update(`${seed} ${id}`).digest('hex').slice(0, sizeBytes);
}

export class RecordsLedger {
  readonly #options: RecordsLedgerOptions;
  readonly #entries: LedgerEntry[] = [];
  readonly #waiting = new Set<Promise<void>>();
  /** Lost by the last look. */
  #lost: ReadonlySet<string> = new Set();
  #begun = 0;

  constructor(options: RecordsLedgerOptions) {
    this.#options = options;
  }

  /** Writes until the signal aborts, and resolves when all writes have ended. Never rejects. */
  async write(signal: AbortSignal): Promise<void> {
    const { ratePerSecond } = this.#options.records;
    const startMs = performance.now();
    while (!signal.aborted && this.#begun < MOST_RECORDS) {
      const dueMs = startMs + (this.#begun * 1000) / ratePerSecond;
      await pause(Math.max(0, dueMs - performance.now()), signal).catch(() => {});
      if (signal.aborted) break;
      const id = `ledger-${++this.#begun}`;
      if (this.#waiting.size >= MOST_WAITING) continue;
      const write = this.#write(id).finally(() => this.#waiting.delete(write));
      this.#waiting.add(write);
    }
    await Promise.all(this.#waiting);
  }

  /**
   * Reads back what was acknowledged, all of it once before any is looked for again, so that what is found is found although others are not.
   * Resolves with all writes, in the order in which they ended. Rejects when the signal aborts.
   */
  async readBack(signal: AbortSignal): Promise<LedgerEntry[]> {
    const found = await this.#find(this.#acknowledged(), signal);
    return this.#entries.map((entry) =>
      entry.acknowledged ? { ...entry, found: found.get(entry.id) ?? 'unreadable' } : entry,
    );
  }

  /** Reads what was acknowledged so far while writing goes on. Resolves with what was lost since the look before. */
  async look(signal: AbortSignal): Promise<LostRecords & { readonly acknowledged: number }> {
    const ids = this.#acknowledged();
    const found = await this.#find(ids, signal);
    const lost = ids.filter((id) => found.get(id) !== 'right');
    const news = lost.filter((id) => !this.#lost.has(id));
    this.#lost = new Set(lost);
    const count = (what: Found) => news.filter((id) => (found.get(id) ?? 'unreadable') === what).length;
    return {
      acknowledged: ids.length,
      missing: count('missing'),
      wrong: count('wrong'),
      unreadable: count('unreadable'),
    };
  }

  #acknowledged(): string[] {
    return this.#entries.filter(({ acknowledged }) => acknowledged).map(({ id }) => id);
  }

  async #find(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Found>> {
    const found = new Map<string, Found>();
    const withinMs = Math.min(
      LONGEST_READ_MS,
      READ_WITHIN_MS * Math.ceil(Math.max(1, ids.length) / READ_TOGETHER),
    );
    const untilMs = performance.now() + patient(withinMs);
    let left = [...ids];
    for (let look = 1; left.length > 0 && performance.now() < untilMs; look++) {
      if (look > 1) await pause(LOOK_AGAIN_MS, signal);
      await this.#lookFor(left, found, untilMs, signal);
      left = left.filter((id) => found.get(id) !== 'right');
      if (look >= LOOKS && left.every((id) => found.get(id) !== 'unreadable')) break;
    }
    return found;
  }

  async #write(id: string): Promise<void> {
    const { seed, records, now, onWritten } = this.#options;
    const begunMs = now();
    const status = await this.#ask('PUT', id, {
      body: contentOf(seed, id, records.sizeBytes),
      timeoutMs: WRITE_TIMEOUT_MS,
    });
    const acknowledged = status?.status === 204;
    this.#entries.push({ id, begunMs, endedMs: now(), acknowledged });
    onWritten(acknowledged);
  }

  async #lookFor(
    ids: readonly string[],
    found: Map<string, Found>,
    untilMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const limit = pLimit(READS_AT_ONCE);
    const look = async (id: string): Promise<void> => {
      signal.throwIfAborted();
      if (performance.now() < untilMs) found.set(id, await this.#look(id));
    };
    await Promise.all(ids.map((id) => limit(() => look(id))));
  }

  async #look(id: string): Promise<Found> {
    const { seed, records } = this.#options;
    const answer = await this.#ask('GET', id, { timeoutMs: READ_TIMEOUT_MS });
    if (answer?.status === 404) return 'missing';
    if (answer?.status !== 200) return 'unreadable';
    return answer.body.toString() === contentOf(seed, id, records.sizeBytes) ? 'right' : 'wrong';
  }

  /** Undefined where nobody answers. */
  async #ask(
    method: 'PUT' | 'GET',
    id: string,
    options: { readonly body?: string; readonly timeoutMs: number },
  ): Promise<{ readonly status: number; readonly body: Buffer } | undefined> {
    const addresses = this.#options.addresses();
    const address = addresses[Math.floor(Math.random() * addresses.length)];
    if (address === undefined) return undefined;
    try {
      return await this.#options.agent.http(method, address, `/records/${id}`, options);
    } catch {
      return undefined;
    }
  }
}
