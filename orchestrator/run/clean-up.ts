// What `topolab clean` does: removes what dead runs left, and leaves alone those that go on.
import type { Engine, Leftovers } from '../engine/engine.ts';
import { removeLeftovers } from '../engine/remove-leftovers.ts';
import { STACK } from '../stack/stack-specs.ts';
import { type OwnerState, ownersOfRuns, ownerState } from './run-owner.ts';

export interface SparedRun {
  readonly run: string;
  readonly owner: string;
  readonly state: Exclude<OwnerState, 'gone'>;
}

export interface CleanedUp {
  readonly removed: Leftovers;
  readonly spared: readonly SparedRun[];
}

/**
 * Removes everything of runs whose owner is gone, run by run, so that one that begins meanwhile is never touched. The stack
 * stays.
 * @throws TopolabError `leftovers-remain` after all that could be removed is.
 */
export async function cleanUp(engine: Engine, stateOf = ownerState): Promise<CleanedUp> {
  const spared: SparedRun[] = [];
  const dead: string[] = [];
  for (const [run, owner] of ownersOfRuns(await engine.list())) {
    if (run === STACK) continue;
    const state = stateOf(owner);
    if (state === 'gone' || owner === undefined) dead.push(run);
    else spared.push({ run, owner, state });
  }
  const outcomes = await Promise.allSettled(dead.map((run) => removeLeftovers(engine, run)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const removed = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  return {
    removed: {
      containers: removed.flatMap(({ containers }) => containers),
      networks: removed.flatMap(({ networks }) => networks),
      volumes: removed.flatMap(({ volumes }) => volumes),
    },
    spared,
  };
}
