// Runs a program of the host and hands its output on line by line, for the few steps that are done outside the engine.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';

export interface CommandResult {
  /** 127 where there is no such program. */
  readonly exitCode: number;
  /** The last lines of stdout and stderr together, at most 40. */
  readonly lastLines: readonly string[];
}

export interface CommandOptions {
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  /** Receives stdout as it is; only stderr is then read as lines. */
  readonly takeStdout?: (stdout: Readable) => Promise<void>;
}

export type RunCommand = (
  command: string,
  args: readonly string[],
  options: CommandOptions,
) => Promise<CommandResult>;

const keptLines = 40;

/** Runs a program to its end. Throws only where the signal aborts (the program is then sent SIGTERM) or `takeStdout` fails. */
export const runCommand: RunCommand = async (command, args, options) => {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    signal: options.signal,
  });
  const lastLines: string[] = [];
  const keep = (line: string): void => {
    if (line.trim() === '') return;
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
    options.onLine(line);
  };
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(127);
      else reject(error);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
  createInterface({ input: child.stderr }).on('line', keep);
  if (options.takeStdout === undefined) {
    createInterface({ input: child.stdout }).on('line', keep);
    return { exitCode: await ended, lastLines };
  }
  let refused: { readonly error: unknown } | undefined;
  const taken = options.takeStdout(child.stdout.pipe(new PassThrough())).catch((error: unknown) => {
    // Nobody reads on, so the program would wait for ever; where it had failed by itself, that is the better reason.
    if (child.exitCode === null) {
      refused = { error };
      child.kill();
    }
  });
  const [exitCode] = await Promise.all([ended, taken]);
  if (refused !== undefined) throw refused.error;
  return { exitCode, lastLines };
};
