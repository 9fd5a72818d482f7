// What was lost of the records that a run has written itself, in words.
import { counted, formatNumber } from '../format/format-value.ts';
import { lostOf, type LostRecords } from '../record/checked-records.ts';

/** `No acknowledged record was lost`, `12 of 600 acknowledged records were lost (10 missing, 2 with another content)`. */
export function lostWords(records: LostRecords & { readonly acknowledged: number }): string {
  const { acknowledged, missing, wrong, unreadable } = records;
  if (acknowledged === 0) return 'No record was acknowledged';
  const lost = lostOf(records);
  if (lost === 0) return 'No acknowledged record was lost';
  const parts = [
    [missing, 'missing'] as const,
    [wrong, 'with another content'] as const,
    [unreadable, 'without an answer'] as const,
  ].flatMap(([count, words]) => (count === 0 ? [] : [`${formatNumber(count)} ${words}`]));
  return `${formatNumber(lost)} of ${counted(acknowledged, 'acknowledged record')} ${lost === 1 ? 'was' : 'were'} lost (${parts.join(', ')})`;
}
