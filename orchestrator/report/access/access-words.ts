// What a loss of rights is called, and how soon it was in force, in words.
import { counted, formatDuration } from '../../format/format-value.ts';
import { listNames } from '../../format/list-names.ts';
import type { LossFigures, NodeRefusal } from '../../measure/changes/access-figures.ts';

export function lossWords({ kind, summary, canary, rights }: LossFigures): string {
  if (kind === 'expired') return 'a token expires';
  if (kind === 'forged') return 'a forged token';
  if (kind === 'not-granted') return `${canary} was never granted ${rights.join(', ')}`;
  return summary ?? canary;
}

/** `within 1.2 s`; requests are 100 ms apart, so that less is not told apart. */
export function refusedWords({ refusedEverywhereMs, neverAt, nodes }: LossFigures): string {
  if (neverAt.length > 0) return `never at ${listNames(neverAt, 3)}`;
  if (refusedEverywhereMs === null) return nodes.length === 0 ? 'nobody asked' : 'no node answered';
  const silent = nodes.filter(({ ignores, state }) => !ignores && state === 'unreached').length;
  const but = silent === 0 ? '' : ` (${silent} of ${counted(nodes.length, 'node')} never answered)`;
  return `${refusedEverywhereMs === 0 ? 'at once' : `after ${formatDuration(refusedEverywhereMs)}`}${but}`;
}

export function nodeWords({ state, refusedAfterMs }: NodeRefusal): string {
  if (state === 'never') return 'never';
  if (state === 'unreached') return 'never answered';
  return refusedAfterMs === 0 || refusedAfterMs === null ? 'at once' : formatDuration(refusedAfterMs);
}
