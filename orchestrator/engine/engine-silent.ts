// The error of an engine that does not answer, which wants another remedy than one that refuses.
import { TopolabError, type TopolabErrorOptions } from '../errors.ts';

const restart =
  'Docker hangs: restart it (`sudo systemctl restart docker`, or end dockerd and start it again), then run `topolab clean`.';

/** @param attempted what was asked of it, and on what: `remove container 0123456789ab`. */
export function engineSilent(attempted: string, silentMs: number): TopolabError {
  return new TopolabError(`${attempted}: Docker did not answer within ${silentMs / 1_000} s`, {
    code: 'engine-silent',
    hint: restart,
  });
}

/** Whether this is such an error. The engine may answer nothing else either: whoever has more to ask gives up soon. */
export function isSilent(thrown: unknown): thrown is TopolabError {
  return thrown instanceof TopolabError && thrown.code === 'engine-silent';
}

/** What an error about a failed request carries: its own code and hint, except where the engine was silent. */
export function unlessSilent(
  cause: unknown,
  options: Pick<TopolabErrorOptions, 'code' | 'hint'>,
): TopolabErrorOptions {
  return isSilent(cause) ? { code: cause.code, hint: restart, cause } : { ...options, cause };
}
