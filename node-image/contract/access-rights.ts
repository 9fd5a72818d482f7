// What users of a node may be allowed to do.

export const rights = ['publish', 'read', 'fetch'] as const;

/** `publish`: store and delete records, publish events and transactions. `read`: read them. `fetch`: list and download files. */
export type Right = (typeof rights)[number];

export function isRight(value: unknown): value is Right {
  return rights.some((right) => right === value);
}
