// How long trials will take, by those that have ended. Pure.

/** A trial that has ended. */
export interface Ended {
  readonly kind: string;
  readonly tookMs: number;
}

/** By the mean of trials of the same kind, and where there is none, of all; undefined where nothing has ended yet. */
export function timeLeft(kinds: readonly string[], ended: readonly Ended[]): number | undefined {
  if (ended.length === 0) return undefined;
  const ofAll = meanOf(ended);
  const byKind = Map.groupBy(ended, ({ kind }) => kind);
  return kinds.reduce((sum, kind) => {
    const same = byKind.get(kind);
    return sum + (same === undefined ? ofAll : meanOf(same));
  }, 0);
}

function meanOf(ended: readonly { readonly tookMs: number }[]): number {
  return ended.reduce((sum, { tookMs }) => sum + tookMs, 0) / ended.length;
}
