// Who is connected to whom, and what follows from it. Pure.

/** Two names, the lesser first; each connection once, however many of the two told of it. */
export type Edge = readonly [string, string];

export interface NetworkGraph {
  /** Nodes that were asked, sorted. */
  readonly nodes: readonly string[];
  readonly edges: readonly Edge[];
  /** Those of the nodes that did not answer: they have only the connections that others told of. */
  readonly silent: readonly string[];
}

export interface GraphFigures {
  readonly nodes: number;
  readonly edges: number;
  /** Parts without a connection to each other, the largest first. One is a connected network. */
  readonly parts: readonly (readonly string[])[];
  /** Neighbours of a node. null without nodes. */
  readonly degree: { readonly min: number; readonly median: number; readonly max: number } | null;
}

/** `told`: node → the nodes it says it is connected to; undefined where it did not answer. Unknown names and itself are left out. */
export function makeGraph(told: ReadonlyMap<string, readonly string[] | undefined>): NetworkGraph {
  const nodes = [...told.keys()].toSorted(byName);
  const edges = new Map<string, Edge>();
  for (const [node, neighbours] of told) {
    for (const other of neighbours ?? []) {
      if (other === node || !told.has(other)) continue;
      const edge: Edge = byName(node, other) < 0 ? [node, other] : [other, node];
      edges.set(edge.join('\n'), edge);
    }
  }
  return {
    nodes,
    edges: [...edges.values()].toSorted((a, b) => byName(a[0], b[0]) || byName(a[1], b[1])),
    silent: nodes.filter((node) => told.get(node) === undefined),
  };
}

export function measureGraph({ nodes, edges }: Pick<NetworkGraph, 'nodes' | 'edges'>): GraphFigures {
  const neighbours = neighboursOf({ nodes, edges });
  const degrees = [...neighbours.values()].map(({ size }) => size).toSorted((a, b) => a - b);
  const [min, max] = [degrees[0], degrees.at(-1)];
  return {
    nodes: nodes.length,
    edges: edges.length,
    parts: partsOf(neighbours),
    degree: min === undefined || max === undefined ? null : { min, median: medianOf(degrees), max },
  };
}

export function neighboursOf({
  nodes,
  edges,
}: Pick<NetworkGraph, 'nodes' | 'edges'>): ReadonlyMap<string, ReadonlySet<string>> {
  const neighbours = new Map(nodes.map((node) => [node, new Set<string>()]));
  for (const [a, b] of edges) {
    neighbours.get(a)?.add(b);
    neighbours.get(b)?.add(a);
  }
  return neighbours;
}

function partsOf(neighbours: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const seen = new Set<string>();
  const parts: string[][] = [];
  for (const start of neighbours.keys()) {
    if (seen.has(start)) continue;
    seen.add(start);
    const part = [start];
    // Grows while it is walked through.
    for (const node of part) {
      for (const other of neighbours.get(node) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        part.push(other);
      }
    }
    parts.push(part);
  }
  return parts.toSorted((a, b) => b.length - a.length);
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** `peers-2` before `peers-10`. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
