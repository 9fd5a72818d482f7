// The reference of the capacity search: a linear step search, as people do it by hand.
import { bootstrapOverTrials, medianOf } from '../../orchestrator/capacity/bootstrap.ts';
import type { Probe } from '../../orchestrator/capacity/probe.ts';
import type { SearchResult } from '../../orchestrator/capacity/search-result.ts';
import type { SyntheticSystem } from './synthetic-system.ts';

export interface LinearLoad {
  readonly loadMs: number;
  /** Only of the steps from half of the true capacity on, as if someone had known where to begin. */
  readonly informedLoadMs: number;
}

export interface LinearOptions extends Pick<Probe, 'settleMs' | 'measureMs'> {
  /** For the interval of the linear search; at most 200 are used. */
  readonly resamples: number;
}

const mostTrials = 40;

/**
 * Load time of the reference: in every trial, rates from one step upwards until the first is missed, until the trials' interval is
 * as narrow as the search's. Its steps are as wide as the search's cells (4 % of the true capacity, which it would have to know), and it
 * uses the same early stop.
 */
export function linearLoad(
  system: SyntheticSystem,
  { capacity }: Pick<SearchResult, 'capacity'>,
  { settleMs, measureMs, resamples }: LinearOptions,
): LinearLoad {
  const exact = system.capacity * 0.04;
  const step = system.kind === 'closed' ? Math.max(1, Math.round(exact)) : exact;
  const width = capacity === null ? 0 : (capacity.upper - capacity.lower) / capacity.value;
  const probe = {
    kind: 'probe',
    number: 1,
    settleMs,
    measureMs,
    purpose: 'measure',
    canProlong: false,
  } as const;
  const capacities: number[] = [];
  let loadMs = 0;
  let informedLoadMs = 0;
  for (let trial = 1; trial <= mostTrials; trial++) {
    let rate = 0;
    let missed = false;
    while (!missed) {
      rate += step;
      const seen = system.run({ ...probe, trial: 1000 + trial, rate });
      loadMs += seen.loadMs;
      if (rate >= system.capacity / 2) informedLoadMs += seen.loadMs;
      missed = seen.outcome === 'missed';
    }
    capacities.push(rate - step / 2);
    if (trial < 6) continue;
    const estimate = bootstrapOverTrials(capacities, medianOf, {
      seed: trial,
      resamples: Math.min(200, resamples),
    });
    if (estimate !== null && (estimate.upper - estimate.lower) / estimate.value <= width) break;
  }
  return { loadMs, informedLoadMs };
}
