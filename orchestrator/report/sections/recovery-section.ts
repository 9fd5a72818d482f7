// Backup and recovery: the backups that were made, the records that were lost, and the parts of the time until the service was as before.
import {
  counted,
  formatDuration,
  formatNumber,
  formatOffset,
  formatValue,
  NO_VALUE,
} from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import type { BackupRow, DestructionRow, RecordsTotal, RecoveryFacts } from '../facts/recovery-facts.ts';
import type { RunReport } from '../facts/run-report.ts';
import { lostWords } from '../../judge/lost-words.ts';

/** null where nothing was backed up or destroyed, and no records were written. */
export function recoverySection({ recovery }: RunReport): Html | null {
  if (recovery === null) return null;
  const { backups, records, destructions } = recovery;
  return html`<section aria-labelledby="recovery"><h2 id="recovery">Backup and recovery</h2>
${records === null ? null : html`<p class="first-out">${recordsWords(records)}</p>`}
${destructions.length === 0 ? null : [lossTable(destructions), timesTable(destructions)]}
${backups.length === 0 ? null : backupsTable(recovery)}</section>`;
}

function recordsWords(records: RecordsTotal): Html {
  const { written, acknowledged } = records;
  return html`<strong>${lostWords(records)}.</strong> ${counted(written, 'record')} ${written === 1 ? 'was' : 'were'} written by Topolab itself, ${formatNumber(acknowledged)} acknowledged, and each of these was read back after the load and compared with what was written.`;
}

function table(label: string, head: readonly string[], rows: readonly Html[]): Html {
  const cells = head.map((words, nth) =>
    nth < 2 ? html`<th scope="col">${words}</th>` : html`<th scope="col" class="num">${words}</th>`,
  );
  return html`<h3 class="row">${label}</h3><div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${cells}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function lossTable(rows: readonly DestructionRow[]): Html {
  const head = [
    'Id',
    'Destroyed',
    'At',
    'Acknowledged before',
    'Lost',
    'Missing',
    'Wrong',
    'Unreadable',
    'RPO',
  ];
  return html`${table('Records lost', head, rows.map(lossRow))}
<p class="hint">Lost: acknowledged before, and after the load either missing, with another content, or without an answer. RPO: from the acknowledgement of the newest record before which nothing is lost, to the destruction; 0 where nothing is lost.</p>`;
}

function lossRow({ id, what, atMs, records }: DestructionRow): Html {
  const count = (value: number | undefined): string => (value === undefined ? NO_VALUE : formatNumber(value));
  return html`<tr><td><span class="mark">${id}</span></td><th scope="row" class="wide">${what}</th><td class="num">${formatOffset(atMs)}</td><td class="num">${count(records?.acknowledged)}</td><td class="num strong">${count(records?.lost)}</td><td class="num">${count(records?.missing)}</td><td class="num">${count(records?.wrong)}</td><td class="num">${count(records?.unreadable)}</td><td class="num strong">${records === null ? NO_VALUE : formatDuration(records.rpoMs)}</td></tr>`;
}

function timesTable(rows: readonly DestructionRow[]): Html {
  const head = [
    'Id',
    'Destroyed',
    'Noticed',
    'Restore begun',
    'Files restored',
    'Log replayed',
    'First write',
    'As before (RTO)',
  ];
  return html`${table('Time to recover', head, rows.map(timesRow))}
<p class="hint">All times count from the destruction. Noticed: the first write that failed. Restore begun: when the timeline says. Log replayed: the store takes writes. As before: from then on nothing failed, and 95 % of what was served before was served again, as under <a href="#availability">Availability</a>; right to about two seconds.</p>`;
}

function timesRow(row: DestructionRow): Html {
  const times = [
    row.noticedAfterMs,
    row.begunAfterMs,
    row.restoredAfterMs,
    row.replayedAfterMs,
    row.firstWriteAfterMs,
    row.recoveredAfterMs,
  ];
  return html`<tr><td><span class="mark">${row.id}</span></td><th scope="row" class="wide">${row.what}</th>${times.map((ms) => html`<td class="num">${formatValue(ms, 'milliseconds')}</td>`)}</tr>`;
}

function backupsTable({ backups, methods }: RecoveryFacts): Html {
  const row = ({ group, type, madeMs, tookMs }: BackupRow): Html => {
    const method = methods.find((each) => each.group === group)?.method ?? NO_VALUE;
    const made = madeMs === null ? 'before the load' : formatOffset(madeMs);
    return html`<tr><th scope="row">${group}</th><td>${method}, ${type}</td><td class="num">${made}</td><td class="num">${formatDuration(tookMs)}</td></tr>`;
  };
  return table('Backups', ['Store', 'Backup', 'Made', 'Took'], backups.map(row));
}
