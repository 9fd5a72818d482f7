// Where the nodes of a picture stand: those that are connected near each other, all apart, and the same on every rendering.
// Forces after T. M. J. Fruchterman, E. M. Reingold: Graph Drawing by Force-directed Placement (1991), begun on a spiral instead of
// at random, and held together by a weak pull to the middle, or parts without a connection would drift away.
import type { Edge } from '../../record/network-graph.ts';

export interface Spot {
  /** 0 to 1 each. */
  readonly x: number;
  readonly y: number;
}

const ROUNDS = 300;
/** With this many nodes rounds take long, and more of them change little. */
const MANY_NODES = 150;
const ROUNDS_OF_MANY = 80;
const PULL = 0.6;
/** Between two nodes, times the root of their number: a little more than what a node is drawn as. */
const LEAST_DISTANCE = 0.66;
const SEPARATING_ROUNDS = 60;
/** Each next node a golden angle further: no two stand in one direction. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** A spot for each node; a node alone stands in the middle. */
export function layOutGraph(nodes: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, Spot> {
  const count = nodes.length;
  const index = new Map(nodes.map((node, nth) => [node, nth]));
  const pairs = edges.flatMap(([a, b]): [number, number][] => {
    const [from, to] = [index.get(a), index.get(b)];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  const x = Float64Array.from(
    nodes,
    (_, nth) => Math.sqrt((nth + 0.5) / count) * Math.cos(nth * GOLDEN_ANGLE),
  );
  const y = Float64Array.from(
    nodes,
    (_, nth) => Math.sqrt((nth + 0.5) / count) * Math.sin(nth * GOLDEN_ANGLE),
  );
  const rounds = count > MANY_NODES ? ROUNDS_OF_MANY : ROUNDS;
  for (let round = 0; round < rounds; round++) moveAll(x, y, pairs, 0.2 * (1 - round / rounds));
  fit(x);
  fit(y);
  keepApart(x, y, LEAST_DISTANCE / Math.sqrt(Math.max(1, count)));
  return new Map(nodes.map((node, nth) => [node, { x: at(x, nth), y: at(y, nth) }]));
}

/** One round: nobody moves further than `most`. */
function moveAll(
  x: Float64Array,
  y: Float64Array,
  pairs: readonly (readonly [number, number])[],
  most: number,
): void {
  const count = x.length;
  const apart = 1.8 / Math.sqrt(count);
  const byX = new Float64Array(count);
  const byY = new Float64Array(count);
  const push = (a: number, b: number, force: (distance: number) => number) => {
    const [dx, dy] = [at(x, a) - at(x, b), at(y, a) - at(y, b)];
    const distance = Math.max(1e-4, Math.hypot(dx, dy));
    const strength = force(distance) / distance;
    byX[a] = at(byX, a) + dx * strength;
    byY[a] = at(byY, a) + dy * strength;
    byX[b] = at(byX, b) - dx * strength;
    byY[b] = at(byY, b) - dy * strength;
  };
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) push(a, b, (distance) => (apart * apart) / distance);
  }
  // With many connections each pulls less, or everything would end up in one heap.
  const share = Math.min(1, (2 * count) / Math.max(1, pairs.length));
  for (const [a, b] of pairs) push(a, b, (distance) => (-share * distance * distance) / apart);
  for (let a = 0; a < count; a++) {
    const [dx, dy] = [at(byX, a) - PULL * at(x, a), at(byY, a) - PULL * at(y, a)];
    const length = Math.max(1e-9, Math.hypot(dx, dy));
    x[a] = at(x, a) + (dx / length) * Math.min(length, most);
    y[a] = at(y, a) + (dy / length) * Math.min(length, most);
  }
}

/** Stretches to 0 to 1. */
function fit(values: Float64Array): void {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  for (const [nth, value] of values.entries())
    values[nth] = high - low < 1e-6 ? 0.5 : (value - low) / (high - low);
}

/** Moves those apart that would cover each other, within the square. */
function keepApart(x: Float64Array, y: Float64Array, least: number): void {
  const within = (value: number) => Math.min(1, Math.max(0, value));
  for (let round = 0; round < SEPARATING_ROUNDS; round++) {
    let moved = false;
    for (let a = 0; a < x.length; a++) {
      for (let b = a + 1; b < x.length; b++) {
        const [dx, dy] = [at(x, a) - at(x, b), at(y, a) - at(y, b)];
        const distance = Math.hypot(dx, dy);
        if (distance >= least) continue;
        // Two on one spot part sideways.
        const [toX, toY] = distance < 1e-6 ? [1, 0] : [dx / distance, dy / distance];
        const half = (least - distance) / 2;
        x[a] = within(at(x, a) + toX * half);
        y[a] = within(at(y, a) + toY * half);
        x[b] = within(at(x, b) - toX * half);
        y[b] = within(at(y, b) - toY * half);
        moved = true;
      }
    }
    if (!moved) return;
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
