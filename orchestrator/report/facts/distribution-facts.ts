// How a file reached everybody: when each node had it, who gave how much, and what was the least time that the links allow.
// From saved samples of the nodes' own counters; where nodes tell nothing, from what the load generators saw.
import {
  type DistributionBound,
  distributionBound,
  distributionLinks,
  type DistributionLinks,
  whyIncomparable,
} from '../../distribution/distribution-bounds.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { Series } from '../../record/samples.ts';
import { counterGain } from './counter-gain.ts';
import { readK6Summary } from './k6-summary.ts';
import { type FetchFailure, fetchFailures } from './fetch-failures.ts';

export interface NodeShare {
  readonly node: string;
  readonly group: string;
  /** From its user's first wish to the last checked byte; null = not complete, or it had the file from the start. */
  readonly completeAfterMs: number | null;
  readonly bytesFromPeers: number;
  readonly bytesFromServers: number;
  /** To other nodes. */
  readonly bytesUp: number;
}

export interface DistributionFacts {
  readonly links: DistributionLinks;
  readonly bound: DistributionBound | null;
  /** In the order of their names; empty where nodes told nothing. */
  readonly nodes: readonly NodeShare[];
  /** Nodes that had the file in the end, of those that wanted it; null where nodes told nothing. */
  readonly completed: number | null;
  /** The last completion, when all wished for it at once; null where not everybody got it. */
  readonly distributionMs: number | null;
  /** Who said so: the nodes (each to the millisecond), or the load generators (their longest request). */
  readonly source: 'nodes' | 'generators';
  /** Bytes that were wanted over the distribution time. */
  readonly throughputBytesPerSecond: number | null;
  /** The bound as a share of the measured time: 1 = as fast as the links allow. null where the two can't be compared. */
  readonly boundShare: number | null;
  /** Why not. */
  readonly incomparable: string | null;
  readonly bytesFromPeers: number;
  readonly bytesFromServers: number;
  /** What those that were complete in the end had wanted, less what servers sent to anybody. null where nodes told nothing. */
  readonly serverBytesSaved: number | null;
  /** Fetches that nodes gave up, by reason; some may have got the file by a later try. */
  readonly failures: readonly FetchFailure[];
}

/** null where the scenario distributes no files, or nothing was measured of it. */
export function distributionFacts(run: SavedRun): DistributionFacts | null {
  const links = distributionLinks(run.scenario);
  if (links === null) return null;
  const nodes = nodeShares(run);
  const told = completions(run, nodes, links);
  const failures = fetchFailures(run.samples);
  if (nodes.length === 0 && failures.length === 0 && told.distributionMs === null) return null;
  const bytesFromPeers = sumOf(nodes, ({ bytesFromPeers }) => bytesFromPeers);
  const bytesFromServers = sumOf(nodes, ({ bytesFromServers }) => bytesFromServers);
  const bound = distributionBound(links);
  const { distributionMs } = told;
  const incomparable = incomparableBecause(run, nodes, links);
  const seconds = distributionMs === null ? null : distributionMs / 1000;
  return {
    links,
    bound,
    nodes,
    ...told,
    throughputBytesPerSecond: seconds === null ? null : (links.receivers * links.fileBytes) / seconds,
    boundShare: seconds === null || bound === null || incomparable !== null ? null : bound.seconds / seconds,
    incomparable,
    bytesFromPeers,
    bytesFromServers,
    serverBytesSaved:
      told.completed === null ? null : Math.max(0, told.completed * links.fileBytes - bytesFromServers),
    failures,
  };
}

function nodeShares({ samples }: SavedRun): NodeShare[] {
  const shares = new Map<string, NodeShare>();
  const change = ({ labels }: Series, changes: Partial<NodeShare>) => {
    const { node = '', group = '' } = labels;
    const unknown = {
      node,
      group,
      completeAfterMs: null,
      bytesFromPeers: 0,
      bytesFromServers: 0,
      bytesUp: 0,
    };
    shares.set(node, { ...unknown, ...shares.get(node), ...changes });
  };
  for (const series of samples?.panels['file-bytes-total'] ?? []) {
    const bytes = counterGain(series);
    if (series.labels['direction'] === 'up') change(series, { bytesUp: bytes });
    else if (series.labels['from'] === 'server') change(series, { bytesFromServers: bytes });
    else change(series, { bytesFromPeers: bytes });
  }
  for (const series of samples?.panels['file-download-time'] ?? []) {
    const seconds = series.points.at(-1)?.[1];
    if (seconds !== undefined) change(series, { completeAfterMs: seconds * 1000 });
  }
  return [...shares.values()].toSorted((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }));
}

type Completions = Pick<DistributionFacts, 'completed' | 'distributionMs' | 'source'>;

function completions(
  run: SavedRun,
  nodes: readonly NodeShare[],
  { receivers }: DistributionLinks,
): Completions {
  const times = nodes.flatMap(({ completeAfterMs }) => completeAfterMs ?? []);
  if (nodes.length > 0) {
    const everybody = times.length >= receivers;
    return {
      completed: times.length,
      distributionMs: everybody ? Math.max(...times) : null,
      source: 'nodes',
    };
  }
  return { completed: null, distributionMs: longestRequest(run), source: 'generators' };
}

/** Where each user fetches a file in one request and all got it. */
function longestRequest({ scenario, k6Summaries }: SavedRun): number | null {
  if (scenario.loads.length !== 1 || scenario.loads[0]?.model.kind !== 'each-node') return null;
  const figures = Object.entries(k6Summaries).map(([node, summary]) => readK6Summary(node, summary));
  if (figures.length === 0 || figures.some(({ failedShare }) => failedShare !== 0)) return null;
  return Math.max(...figures.map(({ maxMs }) => maxMs ?? Number.NaN)) || null;
}

/** The scenario and its plan know most of it, the nodes the rest. */
function incomparableBecause(
  { scenario, plan }: SavedRun,
  nodes: readonly NodeShare[],
  { receivers }: DistributionLinks,
): string | null {
  const because = whyIncomparable(scenario, plan);
  if (because !== null) return because;
  const fetched = nodes.filter(({ completeAfterMs }) => completeAfterMs !== null).length;
  return fetched > receivers ? 'more nodes fetched the file than were there at the start' : null;
}

function sumOf(nodes: readonly NodeShare[], figure: (node: NodeShare) => number): number {
  return nodes.reduce((sum, node) => sum + figure(node), 0);
}
