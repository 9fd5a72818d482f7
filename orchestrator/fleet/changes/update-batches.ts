// The order of a rolling update: who is replaced together, and how long it waits afterwards. Pure.
import type { PlannedUpdate, Replacement } from '../../plan/plan.ts';
import { heldAt } from '../../scenario/timeline/update.ts';

export interface UpdateBatch {
  readonly replacements: readonly Replacement[];
  /** From their end to the beginning of the next batch: a hold, or the delay; 0 after the last one. */
  readonly thenMs: number;
}

/** At most `parallelism` nodes a batch, fewer where a hold comes before. Where there are too few nodes for old and new together, nothing holds. */
export function updateBatches(
  replacements: readonly Replacement[],
  { parallelism, delayMs }: { readonly parallelism: number; readonly delayMs: number },
  hold: PlannedUpdate['hold'],
): UpdateBatch[] {
  const holds = hold.map(({ share, forMs }) => ({ after: heldAt(share, replacements.length), forMs }));
  const batches: UpdateBatch[] = [];
  for (let done = 0; done < replacements.length; ) {
    const held = holds.find(({ after }) => after > done)?.after ?? replacements.length;
    const end = Math.min(done + parallelism, held);
    const heldMs = holds.reduce((sum, { after, forMs }) => (after === end ? sum + forMs : sum), 0);
    const isLast = end === replacements.length;
    batches.push({
      replacements: replacements.slice(done, end),
      thenMs: isLast ? 0 : heldMs > 0 ? heldMs : delayMs,
    });
    done = end;
  }
  return batches;
}
