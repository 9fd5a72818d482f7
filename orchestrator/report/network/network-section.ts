// Who was connected to whom: pictures of chosen moments, the figures of every look, and how long it took until all were connected.
import type { GraphFigures } from '../../record/network-graph.ts';
import type { NetworkSighting } from '../../record/network-sightings.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { Series } from '../../record/samples.ts';
import { seederNames } from '../../scenario/groups/peer-role.ts';
import { counted, formatDuration, formatNumber, formatOffset, NO_VALUE } from '../../format/format-value.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { drawGraph, type GraphPicture, outline } from './draw-graph.ts';
import { layOutGraph } from './lay-out-graph.ts';
import type { RunReport } from '../facts/run-report.ts';

const WIDE = { name: 'wide', width: 540, height: 380 } as const;
const NARROW = { name: 'narrow', width: 340, height: 340 } as const;
const MOST_PICTURES = 4;
/** Of networks with this many connections, fewer are drawn: they would be most of the report. */
const DENSE = 1500;
const MOST_DENSE_PICTURES = 2;
/** Of nodes that found nobody, those that were there longest. */
const MOST_NAMES = 4;
/** Of all nodes that were ever seen, in every picture. */
const STEADY_SHARE = 0.7;

type Look = RunReport['network']['looks'][number];

/** null where the run has no network of peers. */
export function networkSection(report: RunReport): Html | null {
  const { run } = report;
  const sightings = report.network.looks;
  if (sightings.length === 0) return null;
  const groups = groupsByNode(run);
  const names = [...new Set(sightings.flatMap(({ nodes }) => nodes))];
  const groupNames = [...new Set(names.map((node) => groups.get(node) ?? ''))];
  const chosen = choosePictures(sightings);
  // With churn the nodes of one picture are mostly others than those of the next: each has the room to itself.
  const steady = chosen.every(({ nodes }) => nodes.length >= STEADY_SHARE * names.length);
  const shared = layOutGraph(
    names,
    sightings.flatMap(({ edges }) => edges),
  );
  const pictures = chosen.map((sighting, nth) =>
    pictureFigure(sighting, {
      id: `network-${nth + 1}`,
      graph: sighting,
      spots: steady ? shared : layOutGraph(sighting.nodes, sighting.edges),
      groupOf: (node) => groups.get(node) ?? '',
      groups: groupNames,
      description: '',
    }),
  );
  return html`<section aria-labelledby="network"><h2 id="network">Network</h2>
<p class="first-out">${connectedWords(report)}</p>
<div class="grid">${pictures}</div>
<p class="hint">${steady ? 'Nodes have the same position in every graph; connected nodes are near each other.' : 'Connected nodes are near each other.'} ${groupNames.length > 1 ? html`Shapes are groups:${groupNames.map((group, symbol) => html`${symbol === 0 ? ' ' : ', '}<span class="nowrap">${shapeOf(symbol)} ${group}</span>`)}. ` : null}Numbers are those of the nodes’ names. A double outline is a node outside the largest part, a dashed outline a node that did not answer.</p>
${looksTable(sightings)}</section>`;
}

function connectedWords({ run, network: { connected } }: RunReport): Html {
  const first = firstNeighbourWords(run);
  if (connected === null) {
    return html`<strong>Never connected:</strong> whenever the network was checked, some nodes could not reach others.${first}`;
  }
  const from =
    connected.since === 'last-node-ready'
      ? 'after the last of them was ready'
      : 'after the start of the load';
  return html`<strong>Connected:</strong> all ${formatNumber(connected.figures.nodes)} nodes could reach each other ${formatDuration(connected.afterMs)} ${from}, over ${counted(connected.figures.edges, 'connection')}.${first}`;
}

/** By the nodes' own clocks. */
function firstNeighbourWords({ samples, scenario }: SavedRun): string {
  // Those that hold the files are there long before anybody wants one.
  const seeders = new Set(
    scenario.groups.flatMap((group) => (group.role === 'peer' ? seederNames(group) : [])),
  );
  const ofOthers = (panel: string) =>
    (samples?.panels[panel] ?? []).filter(({ labels }) => !seeders.has(labels['node'] ?? ''));
  const found = ofOthers('first-neighbour').filter(({ points }) => points.length > 0);
  const times = found.flatMap(({ points }) => points.at(-1)?.[1] ?? []).toSorted((a, b) => a - b);
  const who = new Set(found.map(({ labels }) => labels['node']));
  const lonely = ofOthers('peer-connections').filter(({ labels }) => !who.has(labels['node']));
  const [median, last] = [times[Math.floor((times.length - 1) / 2)], times.at(-1)];
  const when =
    median === undefined || last === undefined
      ? ''
      : ` The first neighbour was found after ${formatDuration(median * 1000)} by half of ${counted(times.length, 'node')}, after ${formatDuration(last * 1000)} by the last one.`;
  return when + lonelyWords(lonely);
}

/** Of nodes that had no connection in all the time in which they told anything. */
function lonelyWords(nodes: readonly Series[]): string {
  if (nodes.length === 0) return '';
  const stayed = (points: Series['points']) => (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  const told = nodes
    .toSorted((a, b) => stayed(b.points) - stayed(a.points))
    .slice(0, MOST_NAMES)
    .map(({ labels, points }) => `${labels['node']} (seen for ${formatDuration(stayed(points))})`);
  const more = nodes.length > told.length ? ' and others' : '';
  return ` ${counted(nodes.length, 'node')} found none: ${told.join(', ')}${more}.`;
}

function groupsByNode({ events }: SavedRun): Map<string, string> {
  return new Map(
    events.flatMap((event) => (event.type === 'node-launched' ? [[event.node, event.group] as const] : [])),
  );
}

/** Without those that look like the one before; of too many the first, the last, and those with the most parts. */
function choosePictures(sightings: readonly Look[]): Look[] {
  const different = sightings.filter(
    (sighting, nth) => nth === 0 || !looksLike(sighting, sightings[nth - 1]),
  );
  const most = sightings.some(({ edges }) => edges.length > DENSE) ? MOST_DENSE_PICTURES : MOST_PICTURES;
  if (different.length <= most) return different;
  const inner = different
    .slice(1, -1)
    .map((sighting) => ({ sighting, parts: sighting.figures.parts.length }))
    .toSorted((a, b) => b.parts - a.parts)
    .slice(0, most - 2);
  const chosen = new Set([different[0], different.at(-1), ...inner.map(({ sighting }) => sighting)]);
  return different.filter((sighting) => chosen.has(sighting));
}

function looksLike(a: Look, b: Look | undefined): boolean {
  const shape = (each: NetworkSighting) => JSON.stringify([each.nodes, each.edges, each.silent]);
  return b !== undefined && shape(a) === shape(b);
}

function pictureFigure(sighting: Look, picture: GraphPicture): Html {
  const words = figuresWords(sighting.figures);
  const description = `Network, ${sighting.moment}. ${words}`;
  const drawn = { ...picture, description };
  return html`<figure id="${picture.id}"><figcaption><h4>${capital(sighting.moment)}, ${whenWords(sighting)}</h4><p>${words}</p></figcaption>
${trusted(drawGraph(drawn, WIDE))}${trusted(drawGraph(drawn, NARROW))}</figure>`;
}

function figuresWords({ nodes, edges, parts, degree }: GraphFigures): string {
  const whole =
    parts.length <= 1
      ? 'one part'
      : `${formatNumber(parts.length)} parts, the largest of ${counted(parts[0]?.length ?? 0, 'node')}`;
  const degrees =
    degree === null
      ? ''
      : ` Neighbours of a node: ${formatNumber(degree.min)} to ${formatNumber(degree.max)}, median ${formatNumber(degree.median)}.`;
  return `${counted(nodes, 'node')}, ${counted(edges, 'connection')}, ${whole}.${degrees}`;
}

function looksTable(sightings: readonly Look[]): Html {
  const rows = sightings.map((sighting) => {
    const { nodes, edges, parts, degree } = sighting.figures;
    return html`<tr><th scope="row">${capital(sighting.moment)}</th><td class="num">${whenWords(sighting)}</td><td class="num">${formatNumber(nodes)}</td><td class="num">${formatNumber(edges)}</td>
<td class="num strong">${formatNumber(parts.length)}</td><td class="num">${formatNumber(parts[0]?.length ?? 0)}</td><td class="num">${degree === null ? NO_VALUE : `${formatNumber(degree.min)} / ${formatNumber(degree.median)} / ${formatNumber(degree.max)}`}</td><td class="num">${formatNumber(sighting.silent.length)}</td></tr>`;
  });
  return html`<div class="scroll gap" tabindex="0" role="region" aria-label="Looks at the network"><table><thead><tr><th scope="col">Moment</th><th scope="col" class="num">When</th><th scope="col" class="num">Nodes</th><th scope="col" class="num">Connections</th><th scope="col" class="num">Parts</th><th scope="col" class="num">Largest</th><th scope="col" class="num">Neighbours: least / median / most</th><th scope="col" class="num">Silent</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function whenWords({ offsetMs }: NetworkSighting): string {
  return offsetMs === null ? 'before the load' : formatOffset(offsetMs);
}

function shapeOf(symbol: number): Html {
  return html`<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">${trusted(outline(symbol, 7, 7, 5, ''))}</svg>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
