// What the terminal says of destructions and of records that were lost, a sentence a line.
import { counted, formatDuration, formatValue } from '../format/format-value.ts';
import type { FaultRow } from './facts/fault-rows.ts';
import type { DestructionRow } from './facts/recovery-facts.ts';
import type { RunReport } from './facts/run-report.ts';
import { lostWords } from '../judge/lost-words.ts';

/** The rest is in the report. */
const MOST_DESTRUCTIONS = 5;

interface Told extends Pick<RunReport, 'recovery'> {
  readonly faults: readonly Pick<FaultRow, 'id'>[];
}

export function recoveryLines({ recovery, faults }: Told): string[] {
  if (recovery === null) return [];
  const { records, destructions } = recovery;
  return [
    ...(records === null ? [] : [`records: ${lostWords(records)}`]),
    ...destructions.slice(0, MOST_DESTRUCTIONS).map((row) =>
      destructionWords(
        row,
        faults.some(({ id }) => id === row.id),
      ),
    ),
    ...(destructions.length > MOST_DESTRUCTIONS
      ? [`and ${counted(destructions.length - MOST_DESTRUCTIONS, 'more destruction')}`]
      : []),
  ];
}

/** @param hadUsers whether operations of users were sampled, by which it is told when all was as before. */
function destructionWords(row: DestructionRow, hadUsers: boolean): string {
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
  const reached =
    row.recoveredAfterMs === null ? 'not reached' : formatValue(row.recoveredAfterMs, 'milliseconds');
  return `${id} (${what}): ${[lost, ...times, ...(hadUsers ? [`RTO ${reached}`] : [])].join(', ')}`;
}
