// What ended a command, told once, and the exit code that it ends with.
import { CommanderError } from 'commander';
import { describeError, systemErrorIn } from '../describe-error.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { printable } from '../printable.ts';

/** Returns the exit code. */
export function tellError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.pass : ExitCode.usage;
  // What failed first is what to tell: undoing it failed as well, mostly for the same reason.
  if (error instanceof SuppressedError) return tellError(error.suppressed);
  if (error instanceof TopolabError) {
    process.stderr.write(`topolab: ${describeError(error)}`);
    return error.exitCode;
  }
  const refused = systemErrorIn(error);
  const told =
    refused ??
    `this is a bug, please report it: ${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}`;
  process.stderr.write(`topolab: ${told}\n`);
  return ExitCode.broken;
}
