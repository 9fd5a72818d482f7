// What was watched while a load went on, and what was not: where nobody looked, nobody can say that nothing ran out.
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import type { HostLoss } from '../../record/host-losses.ts';
import type { SavedSamples } from '../../record/samples.ts';
import type { MissingNodes } from './find-saturation.ts';
import { wholeRunRange } from '../readings/read-at.ts';
import { GENERATOR_ROLE, resourceSeriesOf } from './resource-panels.ts';

/** Nothing was scraped meanwhile: Prometheus, the agent or the way between them stood still. Milliseconds after the start of the load. */
export interface Gap {
  readonly fromMs: number;
  readonly forMs: number;
}

/** Nodes of a group that have a limit, and no sample to hold against it. */
export interface BlindSpot {
  readonly resource: MissingNodes['resource'];
  readonly group: string;
  /** The most at once. */
  readonly nodes: number;
  readonly forMs: number;
}

export interface Watched {
  readonly gaps: readonly Gap[];
  /** Share of the load's time that the gaps take, a warm-up left out. */
  readonly unwatchedShare: number;
  readonly blindSpots: readonly BlindSpot[];
  /** Generators with a CPU limit of which no sample came. */
  readonly unseenGenerators: readonly string[];
}

export const ALL_WATCHED: Watched = { gaps: [], unwatchedShare: 0, blindSpots: [], unseenGenerators: [] };

/** Everything is scraped once a second; what is longer than this without a scrape was not watched. Three scrapes may come late or fail. */
const MOST_PAUSE_MS = 3500;
const SCRAPE_MS = 1000;
/** So long a node may stand without samples: it starts, or goes. */
const LEAST_BLIND_MS = 5000;

export interface WatchedLoad {
  /** What samples of containers and host carry as `run`. */
  readonly observedAs: string;
  readonly startMs: number;
  readonly lastedMs: number;
  /** What is before counts for nothing: a warm-up. Default 0. */
  readonly countedFromMs?: number;
  /** Generators that have a CPU limit. */
  readonly limitedGenerators: readonly string[];
  /** Names of all hosts: one of which nothing was ever scraped was not watched at all. Default: those that were scraped. */
  readonly hosts?: readonly string[];
  /** Hosts that were lost meanwhile. Default: none was. */
  readonly hostLosses?: readonly HostLoss[];
}

/** @param samples those of `resourcePanels`. */
export async function measureWatched(
  load: WatchedLoad,
  prometheus: PrometheusClient,
  samples: SavedSamples,
): Promise<Watched> {
  const { observedAs, startMs, lastedMs, limitedGenerators, hosts = [], hostLosses = [] } = load;
  const { countedFromMs = 0 } = load;
  const countedMs = lastedMs - countedFromMs;
  const endSeconds = (startMs + lastedMs) / 1000;
  const clock = { run: observedAs, startMs };
  const scrapes = await prometheus.querySamples(
    `node_memory_MemTotal_bytes{run="${observedAs}"}[${wholeRunRange(endSeconds, clock)}]`,
    endSeconds,
  );
  // Each host by itself: that others were watched says nothing of the one that was not.
  const scraped = Map.groupBy(scrapes, ({ labels }) => labels['host'] ?? '');
  const byHost = [...new Set([...hosts, ...scraped.keys()])].map((host) => {
    const series = scraped.get(host) ?? [];
    const atMs = series.flatMap(({ points }) => points.map(([seconds]) => seconds * 1000 - startMs));
    // One that was lost is not there to be watched.
    const goneMs = hostLosses.find((loss) => loss.host === host)?.goneMs ?? lastedMs;
    return findGaps(atMs, Math.min(goneMs, lastedMs), countedFromMs);
  });
  const gaps = joined(byHost.length === 0 ? findGaps([], lastedMs, countedFromMs) : byHost.flat());
  const { cpu, unwatched } = resourceSeriesOf(samples);
  const seen = new Set(
    cpu.filter(({ role, points }) => role === GENERATOR_ROLE && points.length > 0).map(({ node }) => node),
  );
  return {
    gaps,
    unwatchedShare: countedMs <= 0 ? 0 : gaps.reduce((sum, { forMs }) => sum + forMs, 0) / countedMs,
    blindSpots: unwatched.flatMap((each) => {
      const points = each.points.filter(([atMs]) => atMs >= countedFromMs);
      return findBlindSpot(withoutLosses({ ...each, points }, hostLosses)) ?? [];
    }),
    unseenGenerators: limitedGenerators.filter((node) => !seen.has(node)),
  };
}

/** @param scrapesMs when something was scraped, milliseconds after the start of the load; earlier ones count too. */
export function findGaps(scrapesMs: readonly number[], lastedMs: number, countedFromMs = 0): Gap[] {
  const times = scrapesMs.filter((atMs) => atMs <= lastedMs).sort((a, b) => a - b);
  const gaps: Gap[] = [];
  // A scrape before the load that is older than the first second of it leaves its beginning unwatched.
  let before = -SCRAPE_MS;
  for (const atMs of [...times, lastedMs]) {
    const fromMs = Math.max(countedFromMs, before + SCRAPE_MS);
    if (atMs - before > MOST_PAUSE_MS && atMs > fromMs) gaps.push({ fromMs, forMs: atMs - fromMs });
    before = Math.max(before, atMs);
  }
  return gaps;
}

/** Those that overlap as one. */
function joined(gaps: readonly Gap[]): Gap[] {
  const whole: Gap[] = [];
  for (const { fromMs, forMs } of gaps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = whole.at(-1);
    if (last === undefined || fromMs > last.fromMs + last.forMs) whole.push({ fromMs, forMs });
    else
      whole[whole.length - 1] = {
        fromMs: last.fromMs,
        forMs: Math.max(last.forMs, fromMs + forMs - last.fromMs),
      };
  }
  return whole;
}

/** Nodes of a lost host count as ready until the loss is found out; why there are no samples of them is known. */
export function withoutLosses(missing: MissingNodes, losses: readonly HostLoss[]): MissingNodes {
  const isKnown = (atMs: number) =>
    losses.some(
      ({ goneMs, foundMs }) =>
        goneMs !== null &&
        foundMs !== null &&
        atMs >= goneMs - MOST_PAUSE_MS &&
        atMs <= foundMs + LEAST_BLIND_MS,
    );
  return { ...missing, points: missing.points.filter(([atMs]) => !isKnown(atMs)) };
}

/** The longest stretch in which nodes were missing, where it lasted long enough. */
export function findBlindSpot({ resource, group, points }: MissingNodes): BlindSpot | null {
  let longest: BlindSpot | null = null;
  let fromMs: number | null = null;
  let nodes = 0;
  for (const [atMs, missing] of points) {
    if (missing <= 0) {
      fromMs = null;
      nodes = 0;
      continue;
    }
    fromMs ??= atMs;
    nodes = Math.max(nodes, missing);
    const forMs = atMs - fromMs;
    if (forMs >= LEAST_BLIND_MS && forMs > (longest?.forMs ?? 0)) longest = { resource, group, nodes, forMs };
  }
  return longest;
}
