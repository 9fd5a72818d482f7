// Several people may measure on one machine. With a lock file that all of them use, each measured part has it to itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TopolabError } from '../../orchestrator/errors.ts';

/** Holds the lock (that of `flock FILE command`, as shells use it) while the work goes on. Undefined = no lock. */
export async function whileLocked<T>(
  file: string | undefined,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (file === undefined) return await work();
  const release = await takeLock(file, signal);
  try {
    return await work();
  } finally {
    release();
  }
}

/** A child holds it: it is free again when this process ends, however it does. */
async function takeLock(file: string, signal: AbortSignal): Promise<() => void> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; read _'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  holder.stdin.on('error', () => {});
  const ended = once(holder, 'exit').then(
    ([code]) => `flock ended with code ${String(code)}`,
    (error: unknown) => String(error),
  );
  const held = once(holder.stdout, 'data').then(() => undefined);
  const failure = await Promise.race([held, ended]);
  if (failure === undefined) return () => holder.stdin.end('\n');
  throw new TopolabError(`lock ${file} to measure alone: ${failure}`, {
    code: 'lock-not-held',
    hint: '--lock needs the command `flock`, which is part of util-linux.',
  });
}
