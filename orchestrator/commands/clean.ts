// `topolab clean`: removes whatever dead runs have left on the engine. Safe to repeat, and while runs go on.
import type { Leftovers } from '../engine/engine.ts';
import { removeLeftovers } from '../engine/remove-leftovers.ts';
import { cleanUpHosts, removeLeftoversOf, type SparedRun } from '../run/guard/clean-up.ts';
import { parseOwner } from '../run/identity/run-owner.ts';
import { requireUnused } from '../stack/find-stack.ts';
import { STACK } from '../stack/stack-specs.ts';
import { prepareHosts, type ReachedHosts } from './prepare-engine.ts';
import type { EngineChoice, PrepareOptions } from './prepare-options.ts';

export interface CleanCommandOptions {
  /** Only this run, whether or not it goes on. */
  readonly run?: string;
  /** Runs that go on as well. */
  readonly all?: boolean;
  /** The stack and its data as well. */
  readonly stack?: boolean;
  readonly engine?: EngineChoice['engine'];
  /** Ends the reaching of hosts, and the wait for what may still be alive there. Default: nothing does. */
  readonly signal?: AbortSignal;
}

/** `reach` is another engine's in tests. */
export async function cleanCommand(
  { run, all, stack, engine: kind, signal = new AbortController().signal }: CleanCommandOptions,
  reach: (options: PrepareOptions) => Promise<ReachedHosts> = prepareHosts,
): Promise<void> {
  const progress = { setupStep: () => {}, imageStep: () => {}, note };
  await using reached = await reach({ setup: false, progress, signal, ...(kind && { engine: kind }) });
  const { hosts } = reached;
  const [{ engine }] = hosts;
  if (all === true || run !== undefined) {
    say(await removeLeftoversOf(hosts, run));
  } else {
    const { removed, spared } = await cleanUpHosts(hosts, { signal });
    say(removed);
    for (const each of spared) process.stdout.write(`${describeSpared(each)}\n`);
  }
  if (stack !== true) return;
  // Without its Prometheus, a run that goes on could no longer be measured.
  await requireUnused(engine);
  say(await removeLeftovers(engine, STACK));
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function describeSpared({ run, owner, state }: SparedRun): string {
  const known = parseOwner(owner);
  const why =
    state === 'running'
      ? `is still running (process ${known?.pid})`
      : `belongs to a process on ${known?.host ?? owner}, which can't be checked from here and may still be running`;
  return `Not removed: run ${run} ${why}. \`topolab clean --run ${run}\` removes it anyway.`;
}

function say({ containers, networks, volumes }: Leftovers): void {
  const names = [...containers, ...networks, ...volumes].map(({ name }) => name);
  const counts = `${containers.length} containers, ${networks.length} networks, ${volumes.length} volumes`;
  process.stdout.write(names.length === 0 ? 'Nothing to remove.\n' : `Removed ${counts}:\n`);
  for (const name of names) process.stdout.write(`  ${name}\n`);
}
