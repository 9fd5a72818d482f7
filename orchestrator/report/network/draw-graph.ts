// A picture of the network as an SVG string: nodes with their numbers, lines where they are connected. Reads without colour.
import { measureGraph, type NetworkGraph } from '../../record/network-graph.ts';
import type { Picture, PictureShape } from '../charts/page-ready.ts';
import { escapeHtml } from '../page/html.ts';
import type { Spot } from './lay-out-graph.ts';

export interface GraphPicture extends Picture {
  readonly graph: NetworkGraph;
  /** Where each node stands, from 0 to 1. */
  readonly spots: ReadonlyMap<string, Spot>;
  /** Group of a node; each group has a shape of its own. */
  readonly groupOf: (node: string) => string;
  /** In the order of their shapes. */
  readonly groups: readonly string[];
}

const MARGIN = 16;
/** Lines of a dense network would cover each other. */
const FULL_LINES = 120;
const FAINTEST = 0.07;
/** Numbers below this size can't be read. */
const LEAST_FONT_PX = 6.5;

/** Nodes outside of the largest part have a double outline, nodes that did not answer a dashed one. */
export function drawGraph(
  { graph, spots, description, groupOf, groups }: GraphPicture,
  shape: PictureShape,
): string {
  const place = (node: string): readonly [number, number] => {
    const { x, y } = spots.get(node) ?? { x: 0.5, y: 0.5 };
    return [round(MARGIN + x * (shape.width - 2 * MARGIN)), round(MARGIN + y * (shape.height - 2 * MARGIN))];
  };
  const radius = radiusOf(graph.nodes.length, shape);
  const cutOff = new Set(measureGraph(graph).parts.slice(1).flat());
  const silent = new Set(graph.silent);
  const opacity = Math.max(
    FAINTEST,
    Math.min(0.75, Math.sqrt(FULL_LINES / Math.max(1, graph.edges.length)) * 0.6),
  );
  const lines = graph.edges.map(([a, b]) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = [...place(a), ...place(b)].map(Math.round);
    // Relative, which is shorter: a dense network has thousands.
    return `M${x1} ${y1}l${x2 - x1} ${y2 - y1}`;
  });
  const nodes = graph.nodes.map((node) => {
    const [x, y] = place(node);
    const symbol = groups.indexOf(groupOf(node));
    const dashes = silent.has(node) ? ' stroke-dasharray="2 2"' : '';
    const ring = cutOff.has(node) ? outline(symbol, x, y, radius + 3, '') : '';
    const font = round(Math.min(11, radius * 1.05));
    const label =
      font < LEAST_FONT_PX
        ? ''
        : `<text x="${x}" y="${y}" font-size="${font}" text-anchor="middle" dominant-baseline="central" fill="var(--text)">${escapeHtml(numberOf(node))}</text>`;
    return `${ring}${outline(symbol, x, y, radius, dashes)}${label}`;
  });
  return `<svg class="chart ${shape.name}" role="img" aria-label="${escapeHtml(description)}" viewBox="0 0 ${shape.width} ${shape.height}"><path d="${lines.join('')}" stroke="var(--mark)" stroke-opacity="${Math.round(opacity * 100) / 100}" fill="none"/>${nodes.join('')}</svg>`;
}

/** As large as leaves room between neighbours. */
function radiusOf(count: number, { width, height }: PictureShape): number {
  return round(Math.max(4, Math.min(12, 0.26 * Math.sqrt((width * height) / Math.max(1, count)))));
}

/** Circle, square, diamond, and circles again. */
export function outline(symbol: number, x: number, y: number, radius: number, more: string): string {
  const paint = `fill="var(--card)" stroke="var(--text)"${more}`;
  const side = round(radius * 0.9);
  switch (symbol % 3) {
    case 1:
      return `<rect x="${round(x - side)}" y="${round(y - side)}" width="${round(2 * side)}" height="${round(2 * side)}" ${paint}/>`;
    case 2:
      return `<path d="M${x} ${round(y - radius * 1.2)}l${round(radius * 1.2)} ${round(radius * 1.2)}l${round(-radius * 1.2)} ${round(radius * 1.2)}l${round(-radius * 1.2)} ${round(-radius * 1.2)}z" ${paint}/>`;
    default:
      return `<circle cx="${x}" cy="${y}" r="${radius}" ${paint}/>`;
  }
}

/** `peers-12` → `12`. */
function numberOf(node: string): string {
  return /\d+$/.exec(node)?.[0] ?? node;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
