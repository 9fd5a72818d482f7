// Availability: what was served around each fault and while nodes came and went, how long until it was noticed and mended.
import { availabilityRow, faultRows } from '../../../dashboards/panels/all-panels.ts';
import { chartTime } from '../charts/chart-marks.ts';
import {
  formatDuration,
  formatNumber,
  formatOffset,
  formatShare,
  formatValue,
  NO_VALUE,
} from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import { chartRow } from '../sections/charts-section.ts';
import type { ChurnFigures, FaultRow } from '../facts/fault-rows.ts';
import type { RunReport } from '../facts/run-report.ts';

/** null where nothing failed, nobody was killed and nobody came or went. */
export function impactSection(report: RunReport): Html | null {
  const { run, faults: rows, churn } = report;
  if (rows.length === 0 && churn === null) return null;
  const time = chartTime(run, report);
  return html`<section class="charts" aria-labelledby="availability"><h2 id="availability">Availability</h2>
${churn === null ? null : html`<p class="first-out">${churnWords(churn)}</p>`}
${rows.length === 0 ? null : faultsTable(rows)}
${chartRow(run, { ...availabilityRow, title: 'On the timeline' }, time)}
${faultRows.map((row) => chartRow(run, row, time))}</section>`;
}

function churnWords(churn: ChurnFigures): Html {
  const { joins, cleanLeaves, suddenLeaves, servedShare, lowestShare, lost } = churn;
  const served =
    servedShare === null
      ? 'The share served meanwhile is unknown.'
      : `Meanwhile ${formatShare(servedShare)} of operations succeeded, ${formatShare(lowestShare ?? 0)} in the worst second; ${formatNumber(Math.round(lost))} failed.`;
  return html`<strong>Nodes came and went:</strong> ${formatNumber(joins)} joined, ${formatNumber(cleanLeaves)} left cleanly, ${formatNumber(suddenLeaves)} without notice. ${served}`;
}

function faultsTable(rows: readonly FaultRow[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Faults"><table><thead><tr><th scope="col">Id</th><th scope="col">Fault</th><th scope="col" class="num">At</th><th scope="col" class="num">Detected after</th><th scope="col" class="num">Recovered after</th><th scope="col" class="num">After its end</th><th scope="col" class="num">Operations lost</th><th scope="col" class="num">Slow</th><th scope="col" class="num">Users touched</th><th scope="col" class="num">Served meanwhile</th><th scope="col" class="num">Worst second</th></tr></thead><tbody>${rows.map(faultRow)}</tbody></table></div>
<p class="hint">Seen: when the fault was first seen to take effect on the node; the times to detect and to recover count from then. Detected: when the balancer took a node out or a peer lost a neighbour, whichever came first; without either, when operations stopped failing as traffic had found its way around. Recovered: from then on nothing failed, and 95 % of what was served before was served again. After its end: the same, counted from when the fault was undone; 0 if users were served as before at that moment and its end disturbed nobody. Lost: operations that failed until then, and those that still hung, unanswered for two seconds or longer. ${costHint(rows)} Served meanwhile: well-ended operations as a share of all, those that hang included, up to the next fault or the end. Worst second: what was served in it, as a share of what was served before the fault. Times are right to about two seconds.</p>`;
}

function faultRow({
  id,
  what,
  atMs,
  effectMs,
  impact,
  recoveredAfterEndMs,
  servedShare,
  slow,
  users,
}: FaultRow): Html {
  const { detectedAfterMs, lost, lowestShare } = impact;
  return html`<tr><td><span class="mark">${id}</span></td><th scope="row" class="wide">${what}</th><td class="num">${formatOffset(atMs)}${effectMs === null ? null : html`<br><span class="note">seen after ${formatDuration(Math.max(0, effectMs - atMs))}</span>`}</td>
<td class="num">${detectedAfterMs === null ? (lost === 0 ? 'nothing to detect' : 'not seen') : formatDuration(detectedAfterMs)}</td>
<td class="num strong">${recoveredWords(impact)}</td><td class="num">${formatValue(recoveredAfterEndMs, 'milliseconds')}</td><td class="num">${lost > 0 && lost < 1 ? '<1' : formatNumber(Math.round(lost))}</td>
<td class="num">${slowWords(slow)}</td><td class="num">${usersWords(users)}</td><td class="num">${formatValue(servedShare, 'share')}</td><td class="num">${lowestShare === null ? NO_VALUE : formatShare(lowestShare)}</td></tr>`;
}

function slowWords(slow: FaultRow['slow']): string {
  return slow === null ? NO_VALUE : `${formatNumber(slow.count)} over ${formatDuration(slow.thanMs)}`;
}

function usersWords(users: FaultRow['users']): string {
  return users === null ? NO_VALUE : formatShare(users.touched / users.all);
}

/** How it is known who was slow and who was touched: that depends on the scenario. */
function costHint(rows: readonly FaultRow[]): string {
  const slow = rows.flatMap((row) => row.slow?.bound ?? []);
  const users = rows.find((row) => row.users !== null)?.users;
  return [
    slow.includes('objective')
      ? 'Slow: answered, but later than the latency objective (of its highest percentile) allows.'
      : '',
    slow.includes('p99-before')
      ? 'Slow: answered, but later than 99 % of operations were in the 10 s before the fault; one in a hundred is without a fault, too.'
      : '',
    users === undefined
      ? ''
      : users?.each === 'iteration'
        ? 'Users touched: iterations of the script with an operation that failed or hung, as a share of all that ended meanwhile; in an open load each is another user.'
        : 'Users touched: virtual users with an operation that failed or hung, as a share of all.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function recoveredWords({ servedBefore, recoveredAfterMs: ms }: FaultRow['impact']): string {
  // Who was served nothing before can't be served as before.
  if (!servedBefore) return NO_VALUE;
  if (ms === null) return 'not within the time';
  return ms === 0 ? 'never disturbed' : formatDuration(ms);
}
