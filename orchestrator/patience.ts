// How much longer than usual to wait for an engine and its nodes: one number that multiplies every bound on such a wait. Bounds are made for
// machines of today; an emulated or overloaded one may be many times slower and still right.
//
// It lives in the environment, so that the processes which a command starts (a benchmark) have it too.
import { ExitCode, TopolabError } from './errors.ts';

export const PATIENCE_VARIABLE = 'TOPOLAB_PATIENCE';
const most = 100;

/** A bound on a wait for the engine or for a node, in milliseconds, as often as the patience of this command says. */
export function patient(boundMs: number): number {
  return boundMs * parsePatience(process.env[PATIENCE_VARIABLE] ?? '1');
}

/** 1 to 100. Fails with `patience-wrong`. */
export function parsePatience(text: string): number {
  const times = Number(text);
  if (text.trim() !== '' && times >= 1 && times <= most) return times;
  throw new TopolabError(`the patience "${text}" is not a number from 1 to ${most}`, {
    code: 'patience-wrong',
    hint: `Write for example --patience 3, or set ${PATIENCE_VARIABLE}=3: every wait for the engine and its nodes may take three times as long.`,
    exitCode: ExitCode.usage,
  });
}
