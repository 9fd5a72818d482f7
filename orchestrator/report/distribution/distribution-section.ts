// How the files reached everybody, beside the least time that the links allow, and who carried how much of it.
import { drawColumns } from '../charts/draw-columns.ts';
import { seriesColour } from '../charts/chart-colours.ts';
import {
  counted,
  formatBytes,
  formatDuration,
  formatShare,
  formatValue,
  NO_VALUE,
} from '../../format/format-value.ts';
import { type Html, html, trusted } from '../page/html.ts';
import type { DistributionFacts, NodeShare } from '../facts/distribution-facts.ts';
import { failureWords } from '../facts/fetch-failures.ts';
import type { RunReport } from '../facts/run-report.ts';

/** Up to this many nodes their table stands open. */
const MOST_OPEN_NODES = 12;
const WIDE = { name: 'wide', width: 1080, height: 240 } as const;
const NARROW = { name: 'narrow', width: 340, height: 230 } as const;

/** null where the run distributes no files. */
export function distributionSection({ distribution: facts }: RunReport): Html | null {
  if (facts === null) return null;
  return html`<section aria-labelledby="distribution"><h2 id="distribution">Distribution</h2>
<p class="first-out">${conclusion(facts)}${facts.failures.map((failure) => ` ${failureWords(failure)}.`)}</p>
<dl class="tiles under">${tiles(facts)}</dl>
${boundHint(facts)}
${facts.nodes.length === 0 ? html`<p class="missing">The nodes reported nothing about their files, so it is unknown which node sent how much.</p>` : html`${givenChart(facts)}${nodesTable(facts)}`}</section>`;
}

function conclusion({ links, distributionMs, completed, boundShare, bound }: DistributionFacts): Html {
  const work = `${formatBytes(links.fileBytes)} to ${counted(links.receivers, 'node')}`;
  if (distributionMs === null) {
    return html`<strong>Not every node got it:</strong> of ${work}, ${formatValue(completed, 'count')} had the whole file in the end.`;
  }
  const compared =
    boundShare === null || bound === null
      ? null
      : html` At best the links allow ${formatDuration(bound.seconds * 1000)} (${bound.limit}): ${formatShare(boundShare)} of what is possible was reached.`;
  return html`<strong>${work} took ${formatDuration(distributionMs)}</strong> until the last node had the whole file, ${links.topology}.${compared}`;
}

function tiles(facts: DistributionFacts): Html[] {
  const { distributionMs, bound, boundShare, throughputBytesPerSecond: rate, source } = facts;
  const times = facts.nodes.flatMap(({ completeAfterMs }) => completeAfterMs ?? []).toSorted((a, b) => a - b);
  const by =
    source === 'nodes' ? 'last completion, by the nodes’ own clocks' : 'longest request of the generators';
  return [
    tile('Distribution time', distributionMs === null ? NO_VALUE : formatDuration(distributionMs), by),
    tile(
      'Share of the bound',
      formatValue(boundShare, 'share'),
      bound === null
        ? 'no link is limited'
        : `at best ${formatDuration(bound.seconds * 1000)}: ${bound.limit}`,
    ),
    tile(
      'Total throughput',
      formatValue(rate, 'bytes-per-second'),
      times.length === 0
        ? 'over the distribution time'
        : `first had it after ${formatDuration(times[0] ?? 0)}, half after ${formatDuration(times[Math.floor((times.length - 1) / 2)] ?? 0)}`,
    ),
    tile(
      'Server bytes saved',
      formatValue(facts.serverBytesSaved, 'bytes'),
      facts.serverBytesSaved === null ? 'not known' : savedWords(facts),
    ),
  ];
}

function savedWords({ bytesFromPeers, bytesFromServers }: DistributionFacts): string {
  const all = bytesFromPeers + bytesFromServers;
  if (all === 0) return 'nothing was received';
  return `${formatShare(bytesFromPeers / all)} came from other nodes, ${formatBytes(bytesFromServers)} from servers`;
}

function tile(name: string, value: string, note: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`;
}

function boundHint({ incomparable, bound, links }: DistributionFacts): Html {
  const formula =
    links.topology === 'client-server'
      ? 'max(N·F / u_s, F / d_min)'
      : 'max(F / u_s, F / d_min, N·F / (u_s + Σ u_i))';
  const why = incomparable === null || bound === null ? null : ` Not compared here, as ${incomparable}.`;
  return html`<p class="hint under">The bound is ${formula}, from the links of the scenario (Kurose &amp; Ross, after Kumar &amp; Ross 2006). It ignores headers, handshakes and the protocol, so no real system reaches it entirely; but a shaped link lets a first burst through, so a short transfer may come out slightly above it.${why}</p>`;
}

/** Servers first, then the nodes by what they gave. */
function givenChart(facts: DistributionFacts): Html {
  const givers = facts.nodes.filter(({ bytesUp }) => bytesUp > 0).toSorted((a, b) => b.bytesUp - a.bytesUp);
  const columns = [
    ...(facts.bytesFromServers > 0 ? [{ label: 'servers', parts: [0, facts.bytesFromServers] }] : []),
    ...givers.map(({ node, bytesUp }) => ({ label: node, parts: [bytesUp] })),
  ];
  if (columns.length === 0) return html`<p class="missing">No node sent anything.</p>`;
  const most = givers[0];
  const description = `Bytes given: servers ${formatBytes(facts.bytesFromServers)}${most === undefined ? '' : `; most of the nodes ${most.node} with ${formatBytes(most.bytesUp)}`}.`;
  const input = { id: 'given', unit: 'bytes', columns, description } as const;
  return html`<figure id="chart-given" class="full"><figcaption><h4>Who sent how much</h4><p>Bytes of files that each node sent to others, in descending order; bytes that were sent twice count twice.</p></figcaption>
${trusted(drawColumns(input, WIDE))}${trusted(drawColumns(input, NARROW))}
<ul class="legend"><li>${swatch(false)}nodes <span>${formatBytes(facts.nodes.reduce((sum, { bytesUp }) => sum + bytesUp, 0))} in all</span></li>${facts.bytesFromServers === 0 ? null : html`<li>${swatch(true)}servers, all together <span>${formatBytes(facts.bytesFromServers)}</span></li>`}</ul></figure>`;
}

/** With a pattern of its own: that of a picture which is not displayed would not be drawn. */
function swatch(striped: boolean): Html {
  if (!striped)
    return html`<svg width="14" height="10" aria-hidden="true"><rect width="14" height="10" fill="${seriesColour(0)}"/></svg>`;
  return html`<svg width="14" height="10" aria-hidden="true"><path d="M-2 8L6 -2M2 12L12 0M8 12L16 2" stroke="${seriesColour(1)}" stroke-width="2"/></svg>`;
}

function nodesTable({ nodes }: DistributionFacts): Html {
  const longest = Math.max(0, ...nodes.map(({ completeAfterMs }) => completeAfterMs ?? 0));
  return html`<details class="nodes"${nodes.length <= MOST_OPEN_NODES ? html` open` : null}><summary><h3>${counted(nodes.length, 'node')}: when each had the file, and from whom</h3></summary>
<div class="scroll" tabindex="0" role="region" aria-label="Distribution by node"><table><thead><tr><th scope="col">Node</th><th scope="col">Group</th><th scope="col" class="num">Complete after</th><td></td><th scope="col" class="num">From other nodes</th><th scope="col" class="num">From servers</th><th scope="col" class="num">Given</th></tr></thead><tbody>${nodes.map((node) => nodeRow(node, longest))}</tbody></table></div></details>`;
}

function nodeRow(node: NodeShare, longestMs: number): Html {
  const { completeAfterMs } = node;
  const had = node.bytesFromPeers + node.bytesFromServers > 0;
  return html`<tr><th scope="row">${node.node}</th><td>${node.group}</td><td class="num strong">${completeAfterMs === null ? (had ? 'not complete' : NO_VALUE) : formatDuration(completeAfterMs)}</td>
<td class="bar">${completeAfterMs === null ? null : bar(completeAfterMs / longestMs)}</td><td class="num">${formatBytes(node.bytesFromPeers)}</td><td class="num">${formatBytes(node.bytesFromServers)}</td><td class="num">${formatBytes(node.bytesUp)}</td></tr>`;
}

function bar(share: number): Html {
  const width = Math.round(share * 96);
  return html`<svg class="measure" width="96" height="8" viewBox="0 0 96 8" aria-hidden="true"><rect class="track" y="2" width="96" height="4" rx="2"/><rect class="value" y="2" width="${width}" height="4" rx="2"/></svg>`;
}
