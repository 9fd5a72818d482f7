// A scenario's module in a thread of its own, with bounds on its time and memory.
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { ModuleAnswer, ModuleQuestion } from './module-worker.ts';

/** Enough for a module that fetches something; a run of minutes waits for it. */
const LONGEST_MS = 30_000;
const MOST_MIB = 512;

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
  const worker = new Worker(new URL('./module-worker.ts', import.meta.url), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MIB },
    // What it prints goes beside what the command prints, not into it.
    stdout: true,
  });
  worker.stdout.pipe(process.stderr, { end: false });
  const { promise, resolve, reject } = Promise.withResolvers<ModuleAnswer>();
  const failed = (message: string) => resolve({ kind: 'failed', message });
  worker.on('message', resolve);
  worker.on('error', (error: unknown) => failed(describeCrash(error)));
  worker.on('exit', (code) =>
    failed(`ends the process with code ${code} while it is loaded; leave process.exit out`),
  );
  const timer = setTimeout(() => failed(`is not loaded within ${withinMs / 1000} s`), withinMs);
  const onAbort = () => reject(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function describeCrash(error: unknown): string {
  if (Reflect.get(Object(error), 'code') === 'ERR_WORKER_OUT_OF_MEMORY')
    return `takes more than ${MOST_MIB} MiB of memory while it is loaded`;
  return `could not be loaded: ${messageOf(error)}`;
}
