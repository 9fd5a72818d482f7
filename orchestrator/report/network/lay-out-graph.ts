// Where the nodes of a picture stand: those that are connected near each other, all apart, and the same on every rendering. d3-force begins
// on a spiral and draws from a generator of its own with a fixed seed.
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from 'd3-force';
import type { Edge } from '../../record/network-graph.ts';

export interface Spot {
  /** 0 to 1 each. */
  readonly x: number;
  readonly y: number;
}

const TICKS = 300;
/** With this many nodes ticks take long, and more of them change little. */
const MANY_NODES = 150;
const TICKS_OF_MANY = 80;
/** In the units of the simulation, which is stretched to the picture afterwards: of what a node keeps free around itself. */
const RADIUS = 14;
const DISTANCE = 40;
/** Without it, parts without a connection would drift away. */
const PULL = 0.06;

interface Body extends SimulationNodeDatum {
  readonly node: string;
}

/** A spot for each node; a node alone stands in the middle. */
export function layOutGraph(nodes: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, Spot> {
  const bodies = nodes.map((node): Body => ({ node }));
  const known = new Set(nodes);
  const links = edges
    .filter((edge) => edge.every((node) => known.has(node)))
    .map(([source, target]) => ({ source, target }));
  forceSimulation(bodies)
    .force(
      'apart',
      forceManyBody()
        .strength(-DISTANCE)
        .distanceMax(10 * DISTANCE),
    )
    .force(
      'together',
      forceLink<Body, (typeof links)[number]>(links)
        .id(({ node }) => node)
        .distance(DISTANCE),
    )
    .force('x', forceX().strength(PULL))
    .force('y', forceY().strength(PULL))
    .force('room', forceCollide(RADIUS).iterations(2))
    .stop()
    .tick(nodes.length > MANY_NODES ? TICKS_OF_MANY : TICKS);
  const [x, y] = [stretched(bodies.map((body) => body.x ?? 0)), stretched(bodies.map((body) => body.y ?? 0))];
  return new Map(nodes.map((node, nth) => [node, { x: x[nth] ?? 0.5, y: y[nth] ?? 0.5 }]));
}

/** To 0 to 1. */
function stretched(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high - low < 1e-6 ? 0.5 : (value - low) / (high - low)));
}
