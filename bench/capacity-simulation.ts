// Proves the capacity search by simulation: searches on synthetic systems whose capacity is known, beside a linear step search.
import { medianOf, bootstrapOverTrials } from '../orchestrator/capacity/bootstrap.ts';
import { createRandom } from '../orchestrator/capacity/random.ts';
import { createSearch, type Probe, type SearchOptions } from '../orchestrator/capacity/search.ts';
import type { SearchResult } from '../orchestrator/capacity/search-result.ts';
import { createSystem, type SyntheticSystem } from './synthetic-system.ts';

export interface BenchRow {
  readonly name: string;
  readonly measured: number;
  /** What the figure is compared with; null = nothing but the aim. */
  readonly reference: number | null;
  readonly aim: string;
  readonly met: boolean;
}

export interface SimulationOptions {
  readonly systems: number;
  readonly seed: number;
  /** Fewer make the simulation quicker and every interval a little rougher. */
  readonly resamples: number;
}

interface Simulated {
  readonly system: SyntheticSystem;
  readonly result: SearchResult;
  readonly linearLoadMs: number;
}

const settleMs = 10_000;
const measureMs = 30_000;
const mostLinearTrials = 40;

export function run(): readonly BenchRow[] {
  return rowsOf(simulate({ systems: 10_000, seed: 1, resamples: 2000 }));
}

export function simulate({ systems, seed, resamples }: SimulationOptions): readonly Simulated[] {
  const random = createRandom(seed);
  return Array.from({ length: systems }, (_, index) => {
    const system = createSystem(random);
    const options = {
      minRate: 2,
      maxRate: 50_000,
      seed: seed + index,
      settleMs,
      measureMs,
      resolution: system.kind === 'closed' ? 1 : 0,
      resamples,
    };
    const result = searchOn(system, options);
    return { system, result, linearLoadMs: linearLoadMs(system, result, resamples) };
  });
}

/** The figures that count, each beside its aim. */
export function rowsOf(simulated: readonly Simulated[]): readonly BenchRow[] {
  const found = simulated.flatMap(({ system, result }) =>
    result.capacity === null ? [] : [{ capacity: system.capacity, ...result.capacity }],
  );
  const holds = found.filter(({ capacity, lower, upper }) => lower <= capacity && capacity <= upper).length;
  const held = holds / simulated.length;
  const error = medianOf(found.map(({ capacity, value }) => Math.abs(value / capacity - 1)));
  const load = medianOf(simulated.map(({ result, linearLoadMs }) => result.loadMs / linearLoadMs));
  const seconds = (pick: (each: Simulated) => number) => medianOf(simulated.map(pick)) / 1000;
  return [
    {
      name: '95 % intervals that hold the true capacity (share)',
      measured: held,
      reference: 0.95,
      aim: 'at least 0.93',
      met: held >= 0.93,
    },
    {
      name: 'error of the capacity, median (share)',
      measured: error,
      reference: 0,
      aim: 'at most 0.02',
      met: error <= 0.02,
    },
    {
      name: 'load time as a share of a linear step search, median',
      measured: load,
      reference: 1,
      aim: 'at most 0.333',
      met: load <= 1 / 3,
    },
    {
      name: 'load time of a search, median (s)',
      measured: seconds(({ result }) => result.loadMs),
      reference: seconds(({ linearLoadMs }) => linearLoadMs),
      aim: 'none',
      met: true,
    },
  ];
}

export function searchOn(system: Pick<SyntheticSystem, 'run'>, options: SearchOptions): SearchResult {
  const search = createSearch(options);
  for (;;) {
    const step = search.next();
    if (step.kind === 'done') return step.result;
    search.record(system.run(step));
  }
}

/**
 * Load time of the reference: in every trial, rates from one step upwards until the first is missed, until the trials' interval is
 * as narrow as the search's. Its steps are as wide as the search's cells (4 % of the true capacity, which it would have to know), and it
 * uses the same early stop.
 */
function linearLoadMs(system: SyntheticSystem, { capacity }: SearchResult, resamples: number): number {
  const step =
    system.kind === 'closed' ? Math.max(1, Math.round(system.capacity * 0.04)) : system.capacity * 0.04;
  const width = capacity === null ? 0 : (capacity.upper - capacity.lower) / capacity.value;
  const capacities: number[] = [];
  let loadMs = 0;
  for (let trial = 1; trial <= mostLinearTrials; trial++) {
    let rate = 0;
    let missed = false;
    while (!missed) {
      rate += step;
      const probe: Probe = {
        kind: 'probe',
        number: 1,
        trial: 1000 + trial,
        rate,
        settleMs,
        measureMs,
        purpose: 'measure',
      };
      const seen = system.run(probe);
      loadMs += seen.loadMs;
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
  return loadMs;
}
