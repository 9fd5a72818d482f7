// Removes everything that runs left on an engine: of one run, or of all. Can be called any number of times, by several at once.
import { messageOf, TopolabError } from '../errors.ts';
import { type Engine, Label, type Labels, type Leftovers } from './engine.ts';

/** The value of the run label on the long-lived stack. */
const stackRun = 'stack';

/**
 * Containers first, then networks (whatever else is attached is disconnected), then volumes. What goes away meanwhile
 * counts as removed. The long-lived stack stays, unless it is the run that is asked for.
 * @returns what was removed.
 * @throws TopolabError `leftovers-remain` after everything else was removed, naming what could not be.
 */
export async function removeLeftovers(engine: Engine, run?: string): Promise<Leftovers> {
  const found = await engine.list(run);
  const ours = ({ labels }: { readonly labels: Labels }): boolean =>
    run === stackRun || labels[Label.run] !== stackRun;
  const refused: string[] = [];
  const removeAll = async <T extends { readonly name: string }>(
    kind: string,
    all: readonly T[],
    remove: (one: T) => Promise<void>,
  ): Promise<readonly T[]> => {
    const outcomes = await Promise.allSettled(all.map(remove));
    return all.filter((one, index) => {
      const outcome = outcomes[index];
      if (outcome?.status === 'rejected') refused.push(`${kind} ${one.name}: ${messageOf(outcome.reason)}`);
      return outcome?.status === 'fulfilled';
    });
  };

  const containers = await removeAll('container', found.containers.filter(ours), ({ id }) =>
    engine.remove(id),
  );
  const networks = await removeAll('network', found.networks.filter(ours), ({ id }) =>
    engine.removeNetwork(id),
  );
  const volumes = await removeAll('volume', found.volumes.filter(ours), ({ name }) =>
    engine.removeVolume(name),
  );
  if (refused.length > 0)
    throw new TopolabError(`could not be removed: ${refused.join('; ')}`, {
      code: 'leftovers-remain',
      hint: 'Remove whatever outside Topolab still uses them, then run `topolab clean` again.',
    });
  return { containers, networks, volumes };
}
