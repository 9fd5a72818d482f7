// Updates: when all nodes had them, what it cost users, and which versions served them meanwhile.
import { updatesRow } from '../../../dashboards/panels/all-panels.ts';
import {
  formatDuration,
  formatNumber,
  formatOffset,
  formatShare,
  NO_VALUE,
} from '../../format/format-value.ts';
import type { MeasuredUpdate } from '../../measure/changes/measure-updates.ts';
import { chartTime } from '../charts/chart-marks.ts';
import type { RunReport } from '../facts/run-report.ts';
import { type Html, html } from '../page/html.ts';
import { chartRow } from '../sections/charts-section.ts';
import { outcomeWords } from './update-words.ts';

/** null where nothing was updated. */
export function updatesSection(report: RunReport): Html | null {
  const { run, updates } = report;
  if (updates.length === 0) return null;
  const failures = updates.flatMap((update) => update.failures);
  return html`<section class="charts" aria-labelledby="updates"><h2 id="updates">Updates</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Updates"><table><thead><tr><th scope="col">Id</th><th scope="col">Update</th><th scope="col" class="num">At</th><th scope="col">Outcome</th><th scope="col" class="num">All nodes after</th><th scope="col" class="num">Operations failed</th><th scope="col" class="num">Old and new together</th><th scope="col" class="num">Fewest nodes ready</th></tr></thead><tbody>${updates.map(updateRow)}</tbody></table></div>
${failures.length === 0 ? null : html`<p class="hint"><strong>New nodes that failed</strong></p><ul>${failures.map(({ node, why }) => html`<li>${node}: ${firstLine(why)}</li>`)}</ul>`}
<p class="hint">All nodes after: from the command until the last old node got no more requests, and every new node had served an operation with the update. Topolab's own nodes report this themselves, with the version that served; for other images the balancer does; without a balancer, a node counts once it is ready. Operations failed: from the command until then, or until the update was given up and rolled back. Old and new together: how long nodes of both were ready. Fewest nodes ready: as a share of those that were ready when the update began.</p>
${chartRow(run, { ...updatesRow, title: 'On the timeline' }, chartTime(run, report))}</section>`;
}

function updateRow(update: MeasuredUpdate): Html {
  const { action, what, atMs, convergedAfterMs, failedOperations, mixedMs, lowestReadyShare } = update;
  return html`<tr><td><span class="mark">${action}</span></td><th scope="row" class="wide">${what}</th><td class="num">${formatOffset(atMs)}</td><td>${outcomeWords(update)}</td>
<td class="num strong">${convergedAfterMs === null ? NO_VALUE : formatDuration(convergedAfterMs)}</td><td class="num">${failedOperations === null ? NO_VALUE : formatNumber(Math.round(failedOperations))}</td>
<td class="num">${formatDuration(mixedMs)}</td><td class="num">${lowestReadyShare === null ? NO_VALUE : formatShare(lowestReadyShare)}</td></tr>`;
}

/** The node's log follows. */
function firstLine(why: string): string {
  return why.split('\n')[0] ?? '';
}
