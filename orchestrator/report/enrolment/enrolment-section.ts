// Enrolment: what had to be done for each new node, where, how long it took, and what was refused.
import { formatDuration, formatNumber, NO_VALUE } from '../../format/format-value.ts';
import type { EnrolledNode } from '../../measure/changes/measure-enrolment.ts';
import type { RunReport } from '../facts/run-report.ts';
import { type Html, html } from '../page/html.ts';
import { enrolmentLines } from './enrolment-words.ts';

/** Rows of a table that people still read; report.json has all. */
const MOST_ROWS = 30;

/** null where nobody needs an invitation. */
export function enrolmentSection({ enrolment }: RunReport): Html | null {
  if (enrolment === null) return null;
  const { nodes } = enrolment;
  // Those that joined while users were there tell more.
  const shown = nodes.toSorted((a, b) => Number(b.duringLoad) - Number(a.duringLoad)).slice(0, MOST_ROWS);
  return html`<section aria-labelledby="enrolment"><h2 id="enrolment">Enrolment</h2>
<ul>${enrolmentLines(enrolment).map((line) => html`<li>${line}</li>`)}</ul>
<div class="scroll" tabindex="0" role="region" aria-label="Enrolled nodes"><table><thead><tr><th scope="col">Node</th><th scope="col" class="num">Steps of an administrator</th><th scope="col" class="num">Of a member</th><th scope="col" class="num">Of its own</th><th scope="col">Places</th><th scope="col" class="num">Credential after</th><th scope="col" class="num">Ready after</th><th scope="col" class="num">First operation after</th></tr></thead><tbody>${shown.map(nodeRow)}</tbody></table></div>
${nodes.length > shown.length ? html`<p class="hint">And ${formatNumber(nodes.length - shown.length)} more, in report.json.</p>` : null}
<p class="hint">Steps are counted from the event log: each invitation that was asked for at a node, each that was handed over to the new node, and each that a node presented. Places: the nodes at which that was done. Times count from when the container was made; credential and first operation by the node's own clock. Nodes that were there before the load had nobody to serve yet.</p></section>`;
}

function nodeRow({ node, steps, places, duringLoad, ...times }: EnrolledNode): Html {
  const { credentialAfterMs, readyAfterMs, firstOperationAfterMs } = times;
  return html`<tr><th scope="row">${node}</th><td class="num">${formatNumber(steps.administrator)}</td><td class="num">${formatNumber(steps.member)}</td><td class="num">${formatNumber(steps.joiner)}</td><td>${places.join(', ')}</td>
<td class="num">${formatDuration(credentialAfterMs)}</td><td class="num">${readyAfterMs === null ? NO_VALUE : formatDuration(readyAfterMs)}</td><td class="num">${!duringLoad || firstOperationAfterMs === null ? NO_VALUE : formatDuration(firstOperationAfterMs)}</td></tr>`;
}
