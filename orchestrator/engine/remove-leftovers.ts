// Removes everything that runs left on an engine: of one run, or of all. Can be called any number of times, by several at once.
import { messageOf, TopolabError } from '../errors.ts';
import { type Engine, Label, type Labels, type Leftovers } from './engine.ts';
import { isSilent } from './engine-silent.ts';

/** The role of the container that removes a run whose orchestrator is gone. */
export const REAPER_ROLE = 'reaper';
/** The value of the run label on the long-lived stack. */
const stackRun = 'stack';
/** Of each kind that may be left, an error names as many. */
const mostNamed = 5;

interface Resource {
  readonly name: string;
  readonly labels: Labels;
}

export function isReaper({ labels }: { readonly labels: Labels }): boolean {
  return labels[Label.role] === REAPER_ROLE;
}

/**
 * Containers first, then networks (whatever else is attached is disconnected), then volumes; a reaper
 * last, once nothing else is left: until then it would go on where this ends. What goes away meanwhile counts as removed. The long-lived stack stays, unless it is the run that is asked for.
 * @returns what was removed.
 * @throws TopolabError `leftovers-remain` after everything else was removed, naming what could not be; `swarm-without-leader` where that is
 *   for want of managers that agree. `engine-silent` where the engine does not answer, naming what may be left: it is then asked for nothing more.
 */
export async function removeLeftovers(
  engine: Engine,
  run?: string,
  { sparingReaper = false } = {},
): Promise<Leftovers> {
  const found = await engine.list(run);
  const refused: string[] = [];
  const left: string[] = [];
  let silence: TopolabError | undefined;
  let code = 'leftovers-remain';
  let remedy = 'Remove whatever outside Topolab still uses them, then run `topolab clean` again.';
  const removeAll = async <T extends Resource>(
    kind: string,
    all: readonly T[],
    remove: (one: T) => Promise<void>,
  ): Promise<T[]> => {
    const ours = all.filter(({ labels }) => run === stackRun || labels[Label.run] !== stackRun);
    const outcomes = silence === undefined ? await Promise.allSettled(ours.map(remove)) : [];
    const removed = ours.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      if (isSilent(outcome.reason)) silence ??= outcome.reason;
      else refused.push(`${kind} ${ours[index]?.name}: ${messageOf(outcome.reason)}`);
      if (!(outcome.reason instanceof TopolabError)) continue;
      remedy = outcome.reason.hint ?? remedy;
      if (outcome.reason.code === 'swarm-without-leader') code = outcome.reason.code;
    }
    const kept = ours.filter((_, index) => outcomes[index]?.status !== 'fulfilled');
    if (kept.length > 0) left.push(describeLeft(kind, kept));
    return removed;
  };

  const nodes = found.containers.filter((each) => !isReaper(each));
  const reapers = found.containers.filter(isReaper);
  const containers = await removeAll('container', nodes, ({ id }) => engine.remove(id));
  const networks = await removeAll('network', found.networks, ({ id }) => engine.removeNetwork(id));
  const volumes = await removeAll('volume', found.volumes, ({ name }) => engine.removeVolume(name));
  if (refused.length === 0 && silence === undefined && !sparingReaper)
    containers.push(...(await removeAll('container', reapers, ({ id }) => engine.remove(id))));
  if (silence !== undefined) throw silent(silence, left);
  if (refused.length > 0)
    throw new TopolabError(`could not be removed: ${refused.join('; ')}`, { code, hint: remedy });
  return { containers, networks, volumes };
}

function silent({ message, code, hint }: TopolabError, left: readonly string[]): TopolabError {
  return new TopolabError(`${message}. What may be left: ${left.join('; ')}`, {
    code,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** `35 containers (a, b, c, d, e, …)`. */
function describeLeft(kind: string, all: readonly Resource[]): string {
  const names = all.slice(0, mostNamed).map(({ name }) => name);
  const more = all.length > mostNamed ? ', …' : '';
  return `${all.length} ${kind}${all.length === 1 ? '' : 's'} (${names.join(', ')}${more})`;
}
