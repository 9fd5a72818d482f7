// How much a scenario file may hold. A scenario written by a program stays far below; what lies above is a mistake or an attack,
// and is refused before it costs time or memory.

export const FILE_BOUNDS = {
  /** Bytes of the file itself. */
  bytes: 512 * 1024,
  /** Mappings, lists and single values, with everything that aliases stand for. */
  values: 50_000,
  /** Keys of one mapping. */
  keys: 1000,
  /** Characters of one key. */
  keyLength: 200,
  /** Mappings and lists within each other. */
  depth: 40,
  aliases: 1000,
} as const;

/** Bytes of a churn trace: its 10,000 lines, and comments between them. */
export const MOST_TRACE_BYTES = 2 ** 20;

/** Of all that is copied into a node: it is held in memory while containers are made. */
export const MOST_COPIED_BYTES = 64 * 2 ** 20;
/** Files and folders. */
export const MOST_COPIED_FILES = 10_000;
