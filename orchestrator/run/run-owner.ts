// Who a run belongs to: the process that carries it out. It stands on what the run makes first and what goes last, its network,
// so that `topolab clean` can tell a run that goes on from what a dead one left.
import { hostname } from 'node:os';
import { Label, type Leftovers } from '../engine/engine.ts';

/**
 * `running`: its process is there (or another one that got the same number since, which cannot be told apart).
 * `elsewhere`: its process is, or was, on another machine that uses the same engine.
 */
export type OwnerState = 'running' | 'elsewhere' | 'gone';

/** The value of the owner label for runs of this process: `<host>:<process id>`. */
export function thisOwner(): string {
  return `${hostname()}:${process.pid}`;
}

/** The state of an owner as the label names it. One that is not named is gone. */
export function ownerState(owner: string | undefined): OwnerState {
  const [, host, pid] = /^(.*):([1-9]\d*)$/.exec(owner ?? '') ?? [];
  if (host === undefined || pid === undefined) return 'gone';
  if (host !== hostname()) return 'elsewhere';
  try {
    process.kill(Number(pid), 0);
    return 'running';
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'running' : 'gone';
  }
}

/** Every run that has anything on the engine, with its owner where any of it names one. */
export function ownersOfRuns({
  containers,
  networks,
  volumes,
}: Leftovers): ReadonlyMap<string, string | undefined> {
  const owners = new Map<string, string | undefined>();
  for (const { labels } of [...containers, ...networks, ...volumes]) {
    const run = labels[Label.run];
    if (run !== undefined) owners.set(run, owners.get(run) ?? labels[Label.owner]);
  }
  return owners;
}
