// What the terminal says of destructions and of records that were lost, a sentence a line.
import { counted, formatDuration, formatValue } from '../format/format-value.ts';
import type { DestructionRow, RecoveryFacts } from './facts/recovery-facts.ts';
import { lostWords } from './words/lost-words.ts';

/** The rest is in the report. */
const MOST_DESTRUCTIONS = 5;

export function recoveryLines(recovery: RecoveryFacts | null): string[] {
  if (recovery === null) return [];
  const { records, destructions } = recovery;
  return [
    ...(records === null ? [] : [`records: ${lostWords(records)}`]),
    ...destructions.slice(0, MOST_DESTRUCTIONS).map(destructionWords),
    ...(destructions.length > MOST_DESTRUCTIONS
      ? [`and ${counted(destructions.length - MOST_DESTRUCTIONS, 'more destruction')}`]
      : []),
  ];
}

function destructionWords(row: DestructionRow): string {
  const { id, what, records } = row;
  const lost =
    records === null
      ? 'records not read back'
      : `${counted(records.lost, 'record')} lost, RPO ${formatDuration(records.rpoMs)}`;
  const times = [
    ['noticed', row.noticedAfterMs] as const,
    ['restored', row.restoredAfterMs] as const,
    ['replayed', row.replayedAfterMs] as const,
    ['first write', row.firstWriteAfterMs] as const,
  ].flatMap(([word, ms]) => (ms === null ? [] : [`${word} after ${formatDuration(ms)}`]));
  const rto = `RTO ${row.recoveredAfterMs === null ? 'not reached' : formatValue(row.recoveredAfterMs, 'milliseconds')}`;
  return `${id} (${what}): ${[lost, ...times, rto].join(', ')}`;
}
