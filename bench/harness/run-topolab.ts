// Runs the program as a person would, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface RunTopolabOptions {
  /** Interrupts the program as Ctrl+C does; it still ends by itself. */
  readonly signal: AbortSignal;
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface EndedTopolab {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** The last 4,000 characters of what it wrote. */
  readonly output: string;
}

const program = fileURLToPath(new URL('../../orchestrator/command-line/main.ts', import.meta.url));
const keptCharacters = 4000;

export async function runTopolab(
  args: readonly string[],
  { signal, nodeOptions = [], env = {} }: RunTopolabOptions,
): Promise<EndedTopolab> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...nodeOptions, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const interrupt = (): boolean => child.kill('SIGINT');
  signal.addEventListener('abort', interrupt);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-keptCharacters);
    });
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', interrupt);
  return { exitCode, output };
}

/** The program broke, was misused or was interrupted; all other codes are verdicts. */
export function hasFailed({ exitCode }: EndedTopolab): boolean {
  return exitCode === null || [1, 2, 130].includes(exitCode);
}
