// What became of an update, in words for terminal and report.
import { formatDuration, formatNumber, formatShare } from '../../format/format-value.ts';
import type { MeasuredUpdate } from '../../measure/changes/measure-updates.ts';

const WITNESSES: Readonly<Record<MeasuredUpdate['servedBy'], string>> = {
  node: '',
  balancer: ', according to the balancer',
  nobody: '; it is unknown whether they served, so they count once they were ready',
};

/** `all nodes had it and had served with it after 21.4 s`, `given up after 12.1 s, and rolled back 6.2 s later`. */
export function outcomeWords({
  outcome,
  convergedAfterMs,
  givenUpAfterMs,
  rolledBackAfterMs,
  nodes,
  servedBy,
  failures,
}: MeasuredUpdate): string {
  switch (outcome) {
    case 'converged':
      return `all nodes had it and had served with it after ${formatDuration(convergedAfterMs ?? 0)}${WITNESSES[servedBy]}`;
    case 'rolled-back':
      return `given up after ${formatDuration(givenUpAfterMs ?? 0)}, and rolled back ${formatDuration(rolledBackAfterMs ?? 0)} later`;
    case 'paused':
      return `paused after ${formatDuration(givenUpAfterMs ?? 0)}: ${formatNumber(nodes.updated)} new nodes, ${formatNumber(nodes.old)} old ones`;
    case 'unfinished':
      return `${failures.length === 0 ? 'not over by the end' : `not on all nodes: ${failures.map(({ node }) => node).join(', ')} failed`}: ${formatNumber(nodes.updated)} new nodes, ${formatNumber(nodes.old)} old ones`;
  }
}

export function updateWords(update: MeasuredUpdate): string {
  const { action, what, failedOperations, mixedMs, lowestReadyShare } = update;
  return [
    `${action} (${what}): ${outcomeWords(update)}`,
    failedOperations === null
      ? 'failed operations unknown'
      : `${formatNumber(Math.round(failedOperations))} operations failed`,
    `old and new together for ${formatDuration(mixedMs)}`,
    `at least ${lowestReadyShare === null ? 'an unknown share' : formatShare(lowestReadyShare)} of the nodes ready`,
  ].join('; ');
}
