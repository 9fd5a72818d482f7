// Errors as people read them: what was attempted and seen, and what to do about it.
import { TopolabError } from './errors.ts';
import { printable } from './printable.ts';

/** The message and, indented below it, the hint. Ends with a line feed; holds nothing that steers a terminal. */
export function describeError({ message, hint }: TopolabError): string {
  return printable(`${message}\n${hint === undefined ? '' : `  → ${hint}\n`}`);
}

/** What the operating system refused, in one line: no file, no space, no rights. Undefined for any other error. */
export function systemErrorIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof TopolabError || !('syscall' in error)) return undefined;
  return printable(error.message);
}
