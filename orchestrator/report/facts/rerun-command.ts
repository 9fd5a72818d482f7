// How to run a saved run again.
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { writeSet } from '../../scenario/parameters/parse-sets.ts';

/** The command that repeats a run with the same plan. */
export function rerunCommand({ scenario, plan, events }: SavedRun): string {
  const started = events.find((event) => event.type === 'run-started');
  const { file, set } = started?.source ?? { file: `${scenario.name}.yaml`, set: {} };
  const sets = writeSet(set).flatMap((each) => ['--set', each]);
  const hosts = started?.hosts === undefined ? [] : hostFlags(started);
  return ['topolab', 'run', file, ...sets, '--seed', String(plan.seed), ...hosts].map(forShell).join(' ');
}

/** What a command is told of several hosts, where that is not what it would do anyway. */
export function hostFlags({
  placement = 'spread',
  generators,
}: {
  readonly placement?: string;
  readonly generators?: string | null;
}): string[] {
  const where = placement === 'spread' ? [] : ['--placement', placement];
  return ['--engine', 'swarm', ...where, ...(generators ? ['--generators', generators] : [])];
}

/** A word as a POSIX shell takes it: quoted where it holds anything that a shell would read. */
export function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
