// Proves the capacity search by simulation: searches on synthetic systems whose capacity is known, beside a linear step search.
import { createRandom } from '../../orchestrator/capacity/random.ts';
import type { SearchOptions } from '../../orchestrator/capacity/probe.ts';
import { createSearch } from '../../orchestrator/capacity/search.ts';
import type { SearchResult } from '../../orchestrator/capacity/search-result.ts';
import type { BenchRow } from '../benchmark.ts';
import { linearLoad } from './linear-search.ts';
import { errorRow, holdsTruth, type KnownSearch, loadRows } from './search-rows.ts';
import { createSystem, type SyntheticSystem } from './synthetic-system.ts';

export interface SimulationOptions {
  readonly systems: number;
  readonly seed: number;
  /** Fewer make the simulation quicker and every interval a little rougher. */
  readonly resamples: number;
}

const settleMs = 10_000;
const measureMs = 30_000;

export function simulate({ systems, seed, resamples }: SimulationOptions): readonly KnownSearch[] {
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
    const linear = linearLoad(system, result, { settleMs, measureMs, resamples });
    return { trueCapacity: system.capacity, result, linear };
  });
}

/** The figures that count, each beside its aim. */
export function rowsOf(simulated: readonly KnownSearch[]): readonly BenchRow[] {
  const held = simulated.filter(holdsTruth).length / simulated.length;
  return [
    {
      name: 'intervals of 95 % that hold the true capacity',
      measured: held,
      unit: '',
      aim: 'at least 0.93',
      met: held >= 0.93,
      note: `${simulated.length} synthetic systems`,
    },
    errorRow(simulated),
    ...loadRows(simulated),
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
