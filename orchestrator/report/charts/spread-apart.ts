// Moves labels apart that would lie on top of each other.

interface Cluster {
  readonly members: readonly number[];
  /** Mean of where its members want to stand. */
  readonly centre: number;
}

/** Positions at least `distance` apart, around where they want to stand, and none beyond `most`. */
export function spreadApart(wanted: readonly number[], distance: number, most: number): number[] {
  const order = wanted.map((_, index) => index).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const reach = ({ members }: Cluster) => ((members.length - 1) * distance) / 2;
  const clusters: Cluster[] = [];
  for (const index of order) {
    let cluster = clusterOf([index], wanted);
    for (let last = clusters.at(-1); last !== undefined; last = clusters.at(-1)) {
      if (cluster.centre - reach(cluster) - (last.centre + reach(last)) >= distance) break;
      clusters.pop();
      cluster = clusterOf([...last.members, ...cluster.members], wanted);
    }
    clusters.push(cluster);
  }
  const placed: number[] = [];
  let ceiling = most;
  for (const cluster of clusters.toReversed()) {
    const lowest = Math.min(cluster.centre + reach(cluster), ceiling);
    cluster.members.toReversed().forEach((index, nth) => (placed[index] = lowest - nth * distance));
    ceiling = lowest - cluster.members.length * distance;
  }
  return placed;
}

function clusterOf(members: readonly number[], wanted: readonly number[]): Cluster {
  return { members, centre: members.reduce((sum, index) => sum + (wanted[index] ?? 0), 0) / members.length };
}
