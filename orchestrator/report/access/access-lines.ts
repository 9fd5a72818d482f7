// What the terminal says of rights, a sentence a line.
import { counted, formatNumber } from '../../format/format-value.ts';
import type { LossFigures } from '../../measure/changes/access-figures.ts';
import type { RunReport } from '../facts/run-report.ts';
import { lossWords, refusedWords } from './access-words.ts';

/** The rest is in the report. */
const MOST_LOSSES = 6;

export function accessLines({ access }: RunReport): string[] {
  if (access === null) return [];
  const { lost, kept } = access;
  return [
    ...lost.slice(0, MOST_LOSSES).map(lossLine),
    ...(lost.length > MOST_LOSSES ? [`and ${lost.length - MOST_LOSSES} more losses of rights`] : []),
    `users with rights: ${formatNumber(kept.refused)} of ${formatNumber(kept.probes)} requests wrongly refused`,
  ];
}

function lossLine(loss: LossFigures): string {
  const { unauthorised, ignoring, receivedAfterwards } = loss;
  const { served, probes } = unauthorised;
  const later =
    served > 0 ? `, ${formatNumber(unauthorised.laterThanCache)} later than the cache allows` : '';
  const also = [
    ...(receivedAfterwards > 0
      ? [`${counted(receivedAfterwards, 'new message')} reached the revoked user`]
      : []),
    ...(ignoring.probes > 0
      ? [
          `nodes that ignore the policy served ${formatNumber(ignoring.served)} of ${formatNumber(ignoring.probes)}`,
        ]
      : []),
  ].map((words) => `; ${words}`);
  return `${lossWords(loss)}: refused everywhere ${refusedWords(loss)}; ${formatNumber(served)} of ${formatNumber(probes)} requests served nevertheless${later}${also.join('')}`;
}
