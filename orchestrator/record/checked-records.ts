// What a run finds out about the records that it has written itself: which of those that were acknowledged can't be read any more.

/** One record, from its write to its last reading. Offsets count from the start of the load. */
export interface LedgerEntry {
  readonly id: string;
  readonly begunMs: number;
  readonly endedMs: number;
  /** Whether the service said that it keeps it. One that was not may be there all the same, and is not looked for. */
  readonly acknowledged: boolean;
  /** Read after the load: its own content, another one, nothing there, or no answer in the time there was. Absent where it was not read. */
  readonly found?: 'right' | 'wrong' | 'missing' | 'unreadable';
}

/** The records that nobody can read any more. */
export interface LostRecords {
  /** The service says that there is no such record. */
  readonly missing: number;
  /** What it answers is not what was written. */
  readonly wrong: number;
  /** No answer came in the time there was. */
  readonly unreadable: number;
}

/** What one destruction cost. */
export interface RecordLoss extends LostRecords {
  /** Id of the fault: `f1`. */
  readonly fault: string;
  /** Records acknowledged before it, since the one before. */
  readonly acknowledged: number;
  /**
   * From the acknowledgement of the newest of them to the destruction, in milliseconds: with so little at stake just before it, nothing could be lost of
   * that time. null where there is none. Absent from runs of earlier versions.
   */
  readonly idleMs?: number | null;
  /** From the acknowledgement of the newest record before which nothing is lost to the destruction, in milliseconds; 0 = nothing is lost. */
  readonly rpoMs: number;
  /** From the destruction to the end of the first write that failed; null = none did. */
  readonly noticedAfterMs: number | null;
  /** From the destruction to the acknowledgement of the first write that began after it; null = there was none. */
  readonly firstWriteAfterMs: number | null;
}

export interface CheckedRecords extends LostRecords {
  /** Writes that were tried. */
  readonly written: number;
  readonly acknowledged: number;
  /** One for each destruction, in order of time. Lost records count for the first one after their acknowledgement. */
  readonly losses: readonly RecordLoss[];
}

/** How many can't be read any more. */
export function lostOf({ missing, wrong, unreadable }: LostRecords): number {
  return missing + wrong + unreadable;
}
