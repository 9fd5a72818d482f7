// Signals: the first one lets a command unwind, the second lets it only clean up.
import { ExitCode, TopolabError } from '../errors.ts';
import { tellError } from './tell-error.ts';

export interface Signals {
  /** Aborted by the first signal: the command unwinds in an orderly way. */
  readonly signal: AbortSignal;
  /** Aborted by the second: it only cleans up. */
  readonly hurry: AbortSignal;
}

/** Called by a command that unwinds what it owns. */
export type Unwind = () => Signals;

/** A signal ends the command at once, unless it has called the function: then it unwinds what it owns. */
export function watchSignals(): Unwind {
  const interrupt = new AbortController();
  const hurry = new AbortController();
  let unwinds = false;
  const onSignal = (name: NodeJS.Signals) => {
    const reason = new TopolabError(`interrupted by ${name}`, {
      code: 'interrupted',
      exitCode: ExitCode.interrupted,
    });
    if (!unwinds) process.exit(tellError(reason));
    if (interrupt.signal.aborted) hurry.abort(reason);
    else interrupt.abort(reason);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  return () => {
    unwinds = true;
    return { signal: interrupt.signal, hurry: hurry.signal };
  };
}
