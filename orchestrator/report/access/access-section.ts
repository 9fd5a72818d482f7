// Rights: how soon each loss was in force everywhere, what was served nevertheless, and who was refused wrongly.
import { accessRow } from '../../../dashboards/panels/all-panels.ts';
import { chartTime } from '../charts/chart-marks.ts';
import { counted, formatDuration, formatNumber, formatOffset, NO_VALUE } from '../../format/format-value.ts';
import type { AccessFigures, LossFigures } from '../../measure/changes/access-figures.ts';
import { type Html, html } from '../page/html.ts';
import { chartRow } from '../sections/charts-section.ts';
import type { RunReport } from '../facts/run-report.ts';
import { lossWords, nodeWords, refusedWords } from './access-words.ts';

/** null where everybody may do everything, or nothing was measured. */
export function accessSection(report: RunReport): Html | null {
  const { run, access } = report;
  if (access === null) return null;
  return html`<section class="charts" aria-labelledby="access"><h2 id="access">Access</h2>
<p class="first-out"><strong>Wrongly refused:</strong> ${keptWords(access)}</p>
${access.lost.length === 0 ? null : lostTable(access)}
${access.gained.length === 0 ? null : gainedTable(access)}
${access.lost.filter(({ kind }) => kind === 'revocation').map(nodesTable)}
${chartRow(run, { ...accessRow, title: 'On the timeline' }, chartTime(run, report))}</section>`;
}

function keptWords({ kept: { probes, refused, failed, refusals } }: AccessFigures): string {
  const where = refusals
    .toSorted((a, b) => b.refused - a.refused)
    .slice(0, 3)
    .map((each) => `${each.canary} at ${each.node} ${formatNumber(each.refused)}`);
  const at = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return `${formatNumber(refused)} of ${formatNumber(probes)} requests of users who had the right${at}; ${formatNumber(failed)} failed otherwise.`;
}

function lostTable({ lost, cacheMs }: AccessFigures): Html {
  const cache = formatDuration(cacheMs);
  const [revoked, others] = [true, false].map((is) =>
    lost.filter(({ kind }) => (kind === 'revocation') === is),
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Rights lost"><table><thead><tr><th scope="col">Id</th><th scope="col">Loss</th><th scope="col" class="num">At</th><th scope="col">Refused everywhere</th><th scope="col" class="num">Served nevertheless</th><th scope="col" class="num">Later than ${cache}</th><th scope="col" class="num">New messages received</th></tr></thead><tbody>${[...(revoked ?? []), ...(others ?? [])].map(lostRow)}</tbody></table></div>
<p class="hint">Canaries ask every node for what they may and may not do. At: when the change was acknowledged; everything counts from then on, by when a request was sent. Refused everywhere: the last request that any node served. Later than ${cache}: longer than servers and clients may rely on what they were told. New messages received: written by others after the loss, and delivered to the user who had lost the right to read. Nodes that ignore the policy are counted separately. A canary sends a request to a node every 100 ms or more often; shorter times can't be told apart.</p>`;
}

function lostRow(loss: LossFigures): Html {
  const { id, kind, acknowledgedMs, unauthorised } = loss;
  const { served, probes, laterThanCache } = unauthorised;
  return html`<tr><td>${kind === 'revocation' ? html`<span class="mark">${id}</span>` : NO_VALUE}</td><th scope="row" class="wide">${lossWords(loss)}</th><td class="num">${formatOffset(acknowledgedMs)}</td>
<td class="strong">${refusedWords(loss)}</td><td class="num">${formatNumber(served)} of ${formatNumber(probes)}</td><td class="num">${formatNumber(laterThanCache)}</td><td class="num">${formatNumber(loss.receivedAfterwards)}</td></tr>`;
}

/** Who was told, who had to hear of it, and what went on. */
function spreadWords({ told, keepers, tellingMs, spread, streams }: LossFigures): string {
  const heard = keepers === null ? '' : `; ${counted(keepers, 'node')} had to hear of it`;
  const open = streams.open === 0 ? '' : `; ${streamWords(streams)}`;
  const to = told.length === 0 ? 'nobody' : `${told.join(' and ')} in ${formatDuration(tellingMs)}`;
  return `Told to ${to}${heard}${open}. ${counted(spread, 'message')} of the revoked user reached users of other nodes.`;
}

function streamWords({ open, stillOpen, lastEndedAfterMs }: LossFigures['streams']): string {
  const ended =
    lastEndedAfterMs === null ? '' : `, the last one after ${formatDuration(Math.round(lastEndedAfterMs))}`;
  return `${open - stillOpen} of ${counted(open, 'open stream')} of events closed${ended}`;
}

function gainedTable({ gained }: AccessFigures): Html {
  const rows = gained.map(
    ({ id, canary, rights, acknowledgedMs, told, grantedEverywhereMs }) =>
      html`<tr><td><span class="mark">${id}</span></td><th scope="row">${canary} may ${rights.join(', ')}</th><td class="num">${formatOffset(acknowledgedMs)}</td><td>${told.length === 0 ? 'nobody' : told.join(', ')}</td><td class="num strong">${grantedEverywhereMs === null ? 'not everywhere' : formatDuration(grantedEverywhereMs)}</td></tr>`,
  );
  return html`<h3>Rights gained</h3><div class="scroll" tabindex="0" role="region" aria-label="Rights gained"><table><thead><tr><th scope="col">Id</th><th scope="col">Gain</th><th scope="col" class="num">At</th><th scope="col">Told to</th><th scope="col" class="num">Served everywhere after</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function nodesTable(loss: LossFigures): Html {
  const rows = loss.nodes.map(
    (node) =>
      html`<tr><th scope="row">${node.node}${node.ignores ? ' (ignores the policy)' : ''}</th><td class="num strong">${nodeWords(node)}</td><td class="num">${formatNumber(node.served)} of ${formatNumber(node.probes)}</td><td class="num">${formatNumber(node.failed)}</td></tr>`,
  );
  return html`<details><summary>${loss.id}, ${loss.canary}: node by node</summary><p class="hint">${spreadWords(loss)}</p><div class="scroll" tabindex="0" role="region" aria-label="Refused, node by node"><table><thead><tr><th scope="col">Node</th><th scope="col" class="num">Refused after</th><th scope="col" class="num">Served nevertheless</th><th scope="col" class="num">Failed</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
