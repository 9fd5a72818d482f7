// What users' operations came to in each second of a saved run, how many servers its balancer held for up, and how many neighbours its peers had. Pure.
import type { SavedSamples, Series } from '../../record/samples.ts';
import { type FaultSeries, lostWithin, type Points } from './fault-impact.ts';
import { HANGING_SERIES } from './hanging.ts';

/** What failed in a second is sampled up to so much later. */
const SAMPLED_WITHIN_MS = 2000;

/** Undefined where none were sampled. */
export function operationsOf({
  samples,
}: {
  readonly samples: SavedSamples | undefined;
}): FaultSeries | undefined {
  const operations = samples?.panels['operations-each-second'] ?? [];
  const served = operations.find(({ legend }) => legend === 'served')?.points;
  if (served === undefined) return undefined;
  const [hanging] = samples?.panels[HANGING_SERIES] ?? [];
  const offered = (samples?.panels['throughput'] ?? []).find(({ legend }) => legend === 'offered');
  const up = nodesUp(samples?.panels['balancer-servers'] ?? []);
  const neighbours = neighboursOfEach(samples?.panels['peer-connections'] ?? []);
  return {
    servedPerSecond: served,
    failedPerSecond: operations.find(({ legend }) => legend === 'failed')?.points ?? [],
    moreWaitingPerSecond: operations.find(({ legend }) => legend === 'more waiting')?.points ?? [],
    ...(offered === undefined ? {} : { offeredPerSecond: offered.points }),
    ...(hanging === undefined ? {} : { hanging: hanging.points }),
    ...(up === undefined ? {} : { nodesUp: up }),
    ...(neighbours.length === 0 ? {} : { neighbours }),
  };
}

/** Operations that failed in a stretch, and those that hang at its end; null where none were sampled. */
export function failedWithin(
  series: FaultSeries | undefined,
  fromMs: number,
  untilMs: number,
): number | null {
  return series === undefined ? null : lostWithin(series, fromMs, untilMs + SAMPLED_WITHIN_MS);
}

/** A state that no server is in has no sample: where there are some of other states, none is up. */
function nodesUp(states: readonly Series[]): Points | undefined {
  if (states.length === 0) return undefined;
  const up = new Map(states.find(({ legend }) => legend === 'UP')?.points);
  const moments = new Set(states.flatMap(({ points }) => points.map(([ms]) => ms)));
  return [...moments].toSorted((a, b) => a - b).map((ms) => [ms, up.get(ms) ?? 0] as const);
}

/** Connections for files come and go with the files: nobody is dropped by that. */
function neighboursOfEach(connections: readonly Series[]): Points[] {
  return connections.filter(({ legend }) => legend.endsWith(' neighbours')).map(({ points }) => points);
}
