// What `topolab clean` does, and every run before it begins: removes what dead runs left, and leaves alone those that go on.
import type { Hosts } from '../../cluster/host.ts';
import { type Engine, Label, type Leftovers } from '../../engine/engine.ts';
import { isReaper, removeLeftovers } from '../../engine/remove-leftovers.ts';
import { pause } from '../../pause.ts';
import { STACK } from '../../stack/stack-specs.ts';
import { type OwnerState, ownersOfRuns, ownerState } from '../identity/run-owner.ts';

export interface SparedRun {
  readonly run: string;
  readonly owner: string;
  readonly state: Exclude<OwnerState, 'gone'>;
}

export interface CleanedUp {
  readonly removed: Leftovers;
  readonly spared: readonly SparedRun[];
}

/** How long a reaper that does not run must go on not running: one that died is started again by the engine, or by its run. */
const REAPER_BACK_MS = 5000;

export interface CleanUpOptions {
  /** Whether runs of which nothing names an owner are taken too. Default true: somebody asked for it. A run that cleans up by itself takes none of them. */
  readonly withoutOwner?: boolean;
  readonly stateOf?: (owner: string | undefined) => OwnerState;
  readonly reaperBackMs?: number;
  /** Ends the wait for reapers; what is removed by then stays removed. Default: nothing does. */
  readonly signal?: AbortSignal;
}

/**
 * Removes everything of runs that nobody carries out any more, run by run, so that one that begins meanwhile is never touched: the
 * owner is gone, or, where it can't be seen from here, the reaper it speaks to is. The stack stays.
 * @throws TopolabError `leftovers-remain` after all that could be removed is.
 */
export async function cleanUp(
  engine: Engine,
  { withoutOwner = true, stateOf = ownerState, reaperBackMs = REAPER_BACK_MS, signal }: CleanUpOptions = {},
): Promise<CleanedUp> {
  const found = await engine.list();
  const spared: SparedRun[] = [];
  const dead: string[] = [];
  const doubtful: SparedRun[] = [];
  for (const [run, owner] of ownersOfRuns(found)) {
    if (run === STACK) continue;
    if (owner === undefined) {
      if (withoutOwner) dead.push(run);
      continue;
    }
    const state = stateOf(owner);
    if (state === 'gone') dead.push(run);
    else if (state === 'running' || (await reaperState(engine, found, run)) !== 'ended')
      spared.push({ run, owner, state });
    else doubtful.push({ run, owner, state });
  }
  if (doubtful.length > 0) {
    await pause(reaperBackMs, signal);
    const again = await engine.list();
    for (const each of doubtful)
      if ((await reaperState(engine, again, each.run)) === 'ended') dead.push(each.run);
      else spared.push(each);
  }
  const outcomes = await Promise.allSettled(dead.map((run) => removeLeftovers(engine, run)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const removed = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  return {
    removed: together(removed),
    spared,
  };
}

/** The same on several hosts, the first of which has the networks that span them: they go when nobody is in them any more. */
export async function cleanUpHosts(
  [lead, ...others]: Hosts,
  options: CleanUpOptions = {},
): Promise<CleanedUp> {
  const cleaned = await Promise.all(others.map(({ engine }) => cleanUp(engine, options)));
  const all = [...cleaned, await cleanUp(lead.engine, options)];
  return {
    removed: together(all.map(({ removed }) => removed)),
    // One line for each run, wherever its containers are.
    spared: [...new Map(all.flatMap(({ spared }) => spared).map((each) => [each.run, each])).values()],
  };
}

/** All that a run, or any, has left on several hosts; see `removeLeftovers`. */
export async function removeLeftoversOf([lead, ...others]: Hosts, run?: string): Promise<Leftovers> {
  const removed = await Promise.all(others.map(({ engine }) => removeLeftovers(engine, run)));
  return together([...removed, await removeLeftovers(lead.engine, run)]);
}

function together(all: readonly Leftovers[]): Leftovers {
  return {
    containers: all.flatMap(({ containers }) => containers),
    networks: all.flatMap(({ networks }) => networks),
    volumes: all.flatMap(({ volumes }) => volumes),
  };
}

/** `none`: a run that never had one, or one that is over by now. */
async function reaperState(
  engine: Engine,
  { containers }: Leftovers,
  run: string,
): Promise<'runs' | 'ended' | 'none'> {
  const reapers = containers.filter((each) => isReaper(each) && each.labels[Label.run] === run);
  if (reapers.length === 0) return 'none';
  for (const { id } of reapers) if ((await engine.inspect(id))?.running === true) return 'runs';
  return 'ended';
}
