// A scenario's module in a process of its own, with bounds on its time and memory. A thread would not do: memory outside of the heap has no
// bound there, and what a module waits for synchronously (execSync) would hold up this process when it is interrupted.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ModuleAnswer, ModuleQuestion } from './module-process.ts';

/** Enough for a module that fetches something; a run of minutes waits for it. */
const LONGEST_MS = 30_000;
const MOST_MIB = 512;
/** What the process takes before it has loaded the module: Node, and the checks of scenarios. */
const OWN_MIB = 128;
const LOOK_EVERY_MS = 20;

export interface ModuleBounds {
  /** Default 30 s. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

/** Never fails for anything that the module does; only where `signal` is aborted, with its reason. */
export async function loadModule(
  question: ModuleQuestion,
  { withinMs = LONGEST_MS, signal }: ModuleBounds = {},
): Promise<ModuleAnswer> {
  signal?.throwIfAborted();
  using started = startModuleProcess();
  const { child } = started;
  const { promise, resolve, reject } = Promise.withResolvers<ModuleAnswer>();
  const failed = (message: string) => resolve({ kind: 'failed', message });
  child.on('message', (answer) => resolve(answer as ModuleAnswer));
  child.on('error', (error) => failed(`could not be loaded: ${error.message}`));
  child.on('exit', (code, killedBy) => failed(describeEnd(code, killedBy)));
  const timer = setTimeout(() => failed(`is not loaded within ${withinMs / 1000} s`), withinMs);
  const watch = setInterval(() => {
    if (residentMiB(child.pid) > OWN_MIB + MOST_MIB) failed(TOO_LARGE);
  }, LOOK_EVERY_MS);
  const onAbort = () => reject(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort);
  try {
    child.send(question, (error) => error && failed(`could not be loaded: ${error.message}`));
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    signal?.removeEventListener('abort', onAbort);
  }
}

const TOO_LARGE = `takes more than ${MOST_MIB} MiB of memory while it is loaded`;

/** Ends with the scope, and where this process ends before, together with all that the module has started. */
function startModuleProcess(): Disposable & { readonly child: ChildProcess } {
  const child = fork(join(import.meta.dirname, `module-process${extname(import.meta.filename)}`), {
    // Where memory is watched, the watch speaks first: V8 would end the process with pages of its own words.
    execArgv: [`--max-old-space-size=${process.platform === 'linux' ? 4 * MOST_MIB : MOST_MIB}`],
    serialization: 'advanced',
    // A process group of its own, which can be ended as a whole.
    detached: true,
    // What it prints goes beside what the command prints, not into it.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const end = () => endGroup(child);
  process.once('exit', end);
  return {
    child,
    [Symbol.dispose]() {
      process.off('exit', end);
      end();
    },
  };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Memory that a process holds, in and out of its heap; 0 where that is not known: then only the heap has a bound. */
function residentMiB(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function describeEnd(code: number | null, killedBy: NodeJS.Signals | null): string {
  if (killedBy === 'SIGABRT' || code === 134) return TOO_LARGE;
  if (killedBy !== null) return `is ended by ${killedBy} while it is loaded`;
  return `ends the process with code ${code} while it is loaded; leave process.exit out`;
}
