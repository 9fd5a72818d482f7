// What became of a switch, in words for terminal and report.
import { formatDuration, formatNumber } from '../../format/format-value.ts';
import type { MeasuredSwitch } from '../../measure/changes/measure-switches.ts';
import { lostOf } from '../../record/checked-records.ts';

/** `switched after 12.1 s, the last 3 s of them steady`, `a step failed, and it was undone after 31 s`. */
export function switchOutcome({
  outcome,
  switchedAfterMs,
  movedAfterMs,
  takenBackAfterMs,
  nodes,
}: MeasuredSwitch): string {
  switch (outcome) {
    case 'switched':
      return `switched after ${formatDuration(switchedAfterMs ?? 0)}, the last 3 s of them steady`;
    case 'taken-back':
      return `a step failed, and it was undone after ${formatDuration(takenBackAfterMs ?? 0)}`;
    case 'unfinished':
      return movedAfterMs === null
        ? `not over by the end: ${formatNumber(nodes.served)} of ${formatNumber(nodes.planned)} nodes served the new way`
        : `all nodes served the new way after ${formatDuration(movedAfterMs)}, but it was not steady for 3 s by the end`;
  }
}

/** `none of 410 records lost`; where nobody looked, that. */
export function keptWords({ records, events }: Pick<MeasuredSwitch, 'records' | 'events'>): string[] {
  return [
    records === null
      ? 'records were not looked for'
      : `${countOf(lostOf(records))} of ${formatNumber(records.acknowledged)} records lost`,
    events === null
      ? 'events were not looked for'
      : `of ${formatNumber(events.acknowledged)} events ${countOf(events.lost)} lost, ${countOf(events.doubled)} doubled, ${countOf(events.gaps)} missed by those who follow them`,
  ];
}

export function switchWords(measured: MeasuredSwitch): string {
  const { action, what, failedOperations } = measured;
  return [
    `${action} (${what}): ${switchOutcome(measured)}`,
    failedOperations === null
      ? 'failed operations unknown'
      : `${formatNumber(Math.round(failedOperations))} operations failed`,
    ...keptWords(measured),
  ].join('; ');
}

function countOf(count: number): string {
  return count === 0 ? 'none' : formatNumber(count);
}
