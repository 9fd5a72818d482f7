// Switches of the topology: how long each took and in which steps, what it cost users, and whether all that they had written was there afterwards, once.
import { switchesRow } from '../../../dashboards/panels/all-panels.ts';
import { formatDuration, formatNumber, formatOffset, NO_VALUE } from '../../format/format-value.ts';
import type { MeasuredSwitch } from '../../measure/changes/measure-switches.ts';
import { lostOf } from '../../record/checked-records.ts';
import { chartTime } from '../charts/chart-marks.ts';
import type { RunReport } from '../facts/run-report.ts';
import { type Html, html } from '../page/html.ts';
import { chartRow } from '../sections/charts-section.ts';
import { switchOutcome } from './switch-words.ts';

/** null where nothing was switched. */
export function switchesSection(report: RunReport): Html | null {
  const { run, switches } = report;
  if (switches.length === 0) return null;
  return html`<section class="charts" aria-labelledby="switches"><h2 id="switches">Switches</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Switches"><table><thead><tr><th scope="col">Id</th><th scope="col">Switch</th><th scope="col" class="num">At</th><th scope="col">Outcome</th><th scope="col" class="num">Took</th><th scope="col" class="num">Operations failed</th><th scope="col" class="num">Records lost</th><th scope="col" class="num">Events lost</th><th scope="col" class="num">Doubled</th><th scope="col" class="num">Gaps</th></tr></thead><tbody>${switches.map(switchRow)}</tbody></table></div>
<ul>${switches.map(({ action, steps }) => html`<li>${action}: ${steps.map(({ step, tookMs }) => `${step} ${formatDuration(tookMs)}`).join(', ')}</li>`)}</ul>
<p class="hint">Took: from the command until no node served the old way, each had served the new way, and for 3 s users were served and nothing failed; these 3 s are part of it. Operations failed: from the command until then. Records and events: those that the run itself had written and that were acknowledged by the end of the switch, each read back by its content when the old way was gone. Events lost: missing in the log of a node or server. Doubled: there twice, or delivered twice to a user who follows a node's events. Gaps: never delivered to such a user. ${NO_VALUE}: not looked for.</p>
${chartRow(run, { ...switchesRow, title: 'On the timeline' }, chartTime(run, report))}</section>`;
}

function switchRow(measured: MeasuredSwitch): Html {
  const { action, what, atMs, switchedAfterMs, failedOperations, records, events } = measured;
  const count = (value: number | undefined) => (value === undefined ? NO_VALUE : formatNumber(value));
  return html`<tr><td><span class="mark">${action}</span></td><th scope="row" class="wide">${what}</th><td class="num">${formatOffset(atMs)}</td><td>${switchOutcome(measured)}</td>
<td class="num strong">${switchedAfterMs === null ? NO_VALUE : formatDuration(switchedAfterMs)}</td><td class="num">${failedOperations === null ? NO_VALUE : formatNumber(Math.round(failedOperations))}</td>
<td class="num">${count(records === null ? undefined : lostOf(records))}</td><td class="num">${count(events?.lost)}</td><td class="num">${count(events?.doubled)}</td><td class="num">${count(events?.gaps)}</td></tr>`;
}
