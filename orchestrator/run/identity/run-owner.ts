// Who a run belongs to: the process that carries it out. It stands on everything the run makes, so that `topolab clean` and the next
// run can tell a run that goes on from what a dead one left.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { Label, type Leftovers } from '../../engine/engine.ts';

/**
 * `running`: its process is there.
 * `elsewhere`: it cannot be seen from here: it is on another machine that uses the same engine, in another container of this one, was
 * there before this one was started anew, or is another version's.
 */
export type OwnerState = 'running' | 'elsewhere' | 'gone';

/** A process, told from another that gets its number later. What this system does not tell is ''. */
export interface Owner {
  readonly host: string;
  /** Of the kernel's start: the same in all of a machine's containers until it is started anew. */
  readonly boot: string;
  /** The namespace in which `pid` counts. */
  readonly pids: string;
  readonly pid: number;
  /** When the process was started, in the kernel's ticks since its own start. */
  readonly startedAt: string;
}

/** This process. */
export function thisOwner(): Owner {
  return { ...here(), pid: process.pid, startedAt: startOf(process.pid) ?? '' };
}

/** The value of the owner label. */
export function ownerLabel({ host, boot, pids, pid, startedAt }: Owner): string {
  return [host, boot, pids, pid, startedAt].join('|');
}

/** Undefined where the label cannot be read. */
export function parseOwner(label: string): Owner | undefined {
  const [host, boot, pids, pid, startedAt, ...rest] = label.split('|');
  if (host === undefined || boot === undefined || pids === undefined || startedAt === undefined)
    return undefined;
  const number = Number(pid);
  if (rest.length > 0 || !Number.isInteger(number) || number < 1) return undefined;
  return { host, boot, pids, pid: number, startedAt };
}

/** The state of an owner as its label names it. One that is not named is gone. */
export function ownerState(label: string | undefined): OwnerState {
  if (label === undefined) return 'gone';
  const owner = parseOwner(label);
  if (owner === undefined) return 'elsewhere';
  const us = here();
  if (owner.host !== us.host || owner.boot !== us.boot || owner.pids !== us.pids) return 'elsewhere';
  if (!isThere(owner.pid)) return 'gone';
  const startedAt = startOf(owner.pid);
  // Another process has got its number since.
  return startedAt !== undefined && startedAt !== owner.startedAt ? 'gone' : 'running';
}

/** Every run that has anything on the engine, with the label of its owner where any of it names one. */
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

function here(): Pick<Owner, 'host' | 'boot' | 'pids'> {
  return {
    host: hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    pids: told(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The 22nd field of its stat; the second is a name in brackets that may hold blanks and brackets itself. */
function startOf(pid: number): string | undefined {
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function told(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
