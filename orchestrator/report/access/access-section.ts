// Rights: how soon each loss was in force everywhere, what was served nevertheless, and who was refused wrongly.
import { accessRow } from '../../../dashboards/panels/all-panels.ts';
import { chartTime } from '../charts/chart-marks.ts';
import { formatDuration, formatNumber, formatOffset, NO_VALUE } from '../../format/format-value.ts';
import type { AccessFigures, LossFigures } from '../../measure/access-figures.ts';
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
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Rights lost"><table><thead><tr><th scope="col">Id</th><th scope="col">Loss</th><th scope="col" class="num">At</th><th scope="col">Told to</th><th scope="col" class="num">Nodes to hear of it</th><th scope="col">Refused everywhere</th><th scope="col" class="num">Served nevertheless</th><th scope="col" class="num">Later than ${cache}</th><th scope="col" class="num">New messages received</th><th scope="col" class="num">Messages spread</th><th scope="col">Streams</th></tr></thead><tbody>${lost.map(lostRow)}</tbody></table></div>
<p class="hint">Canaries ask every node for what they may and may not do. At: the moment at which the change was acknowledged; everything is counted from then on, by the moment at which a request was sent. Refused everywhere: the last request that any node served. Later than ${cache}: than servers and clients may believe what they were told. New messages received: written after the loss, by others, and handed to whoever had lost the right to read. Messages spread: of whoever had lost the right to publish, received at other nodes. Nodes that ignore the policy are counted apart. Requests of a canary at a node are 100 ms apart or less, so that less than that is not told apart.</p>`;
}

function lostRow(loss: LossFigures): Html {
  const { id, kind, acknowledgedMs, told, keepers, unauthorised, streams } = loss;
  const { served, probes, laterThanCache } = unauthorised;
  return html`<tr><td>${kind === 'revocation' ? html`<span class="mark">${id}</span>` : NO_VALUE}</td><th scope="row" class="wide">${lossWords(loss)}</th><td class="num">${formatOffset(acknowledgedMs)}</td><td>${told.length === 0 ? 'nobody' : told.join(', ')}</td><td class="num">${keepers === null ? NO_VALUE : formatNumber(keepers)}</td>
<td class="strong">${refusedWords(loss)}</td><td class="num">${formatNumber(served)} of ${formatNumber(probes)}</td><td class="num">${formatNumber(laterThanCache)}</td><td class="num">${formatNumber(loss.receivedAfterwards)}</td><td class="num">${formatNumber(loss.spread)}</td><td>${streamWords(streams)}</td></tr>`;
}

function streamWords({ open, stillOpen, lastEndedAfterMs }: LossFigures['streams']): string {
  if (open === 0) return NO_VALUE;
  const ended =
    lastEndedAfterMs === null ? '' : `, the last one after ${formatDuration(Math.round(lastEndedAfterMs))}`;
  return `${open - stillOpen} of ${open} closed${ended}`;
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
  return html`<details><summary>${loss.id}, ${loss.canary}: node by node</summary><div class="scroll" tabindex="0" role="region" aria-label="Refused, node by node"><table><thead><tr><th scope="col">Node</th><th scope="col" class="num">Refused after</th><th scope="col" class="num">Served nevertheless</th><th scope="col" class="num">Failed</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
