// Proves the capacity search by simulation: searches on synthetic systems whose capacity is known, beside a linear step search.
import { medianOf, bootstrapOverTrials } from '../../orchestrator/capacity/bootstrap.ts';
import { createRandom } from '../../orchestrator/capacity/random.ts';
import { createSearch, type SearchOptions } from '../../orchestrator/capacity/search.ts';
import type { SearchResult } from '../../orchestrator/capacity/search-result.ts';
import type { BenchRow } from '../benchmark.ts';
import { atMost, atMostTimes, known } from '../harness/judge-row.ts';
import { createSystem, type SyntheticSystem } from './synthetic-system.ts';

export interface SimulationOptions {
  readonly systems: number;
  readonly seed: number;
  /** Fewer make the simulation quicker and every interval a little rougher. */
  readonly resamples: number;
}

interface Simulated {
  readonly system: SyntheticSystem;
  readonly result: SearchResult;
  readonly linear: LinearLoad;
}

const settleMs = 10_000;
const measureMs = 30_000;
const mostLinearTrials = 40;
const linearProbe = { kind: 'probe', number: 1, settleMs, measureMs, purpose: 'measure' } as const;

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
    return { system, result, linear: linearLoad(system, result, resamples) };
  });
}

/** The figures that count, each beside its aim. */
export function rowsOf(simulated: readonly Simulated[]): readonly BenchRow[] {
  const errors = simulated.flatMap(({ system, result }) =>
    result.capacity === null ? [] : [Math.abs(result.capacity.value / system.capacity - 1)],
  );
  // A search that found nothing counts as an interval that does not hold the truth: every system here has a capacity within the range.
  const held = simulated.filter(({ system, result: { capacity } }) => {
    return capacity !== null && capacity.lower <= system.capacity && system.capacity <= capacity.upper;
  }).length;
  const ratioTo = (pick: (each: Simulated) => number) =>
    medianOf(simulated.map((each) => each.result.loadMs / pick(each)));
  const seconds = (pick: (each: Simulated) => number) => medianOf(simulated.map(pick)) / 1000;
  const linear = (each: Simulated) => each.linear.loadMs;
  const informed = (each: Simulated) => each.linear.informedLoadMs;
  const load = ratioTo(linear);
  return [
    {
      name: 'intervals of 95 % that hold the true capacity',
      measured: held / simulated.length,
      unit: '',
      aim: 'at least 0.93',
      met: held / simulated.length >= 0.93,
      note: `${simulated.length} synthetic systems`,
    },
    atMost({ name: 'error of the capacity, median', measured: medianOf(errors), unit: '' }, 0.02),
    atMostTimes(
      {
        name: 'load time of a search, median',
        measured: seconds(({ result }) => result.loadMs),
        unit: 's',
        reference: { what: 'linear step search, as precise', value: seconds(linear) },
      },
      1 / 3,
      load,
    ),
    known({
      name: 'load time of a search, median',
      measured: seconds(({ result }) => result.loadMs),
      unit: 's',
      reference: { what: 'the same, told to begin at half of the capacity', value: seconds(informed) },
      ratio: ratioTo(informed),
    }),
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

interface LinearLoad {
  readonly loadMs: number;
  /** Only of the steps from half of the true capacity on, as if someone had known where to begin. */
  readonly informedLoadMs: number;
}

/**
 * Load time of the reference: in every trial, rates from one step upwards until the first is missed, until the trials' interval is
 * as narrow as the search's. Its steps are as wide as the search's cells (4 % of the true capacity, which it would have to know), and it
 * uses the same early stop.
 */
function linearLoad(system: SyntheticSystem, { capacity }: SearchResult, resamples: number): LinearLoad {
  const exact = system.capacity * 0.04;
  const step = system.kind === 'closed' ? Math.max(1, Math.round(exact)) : exact;
  const width = capacity === null ? 0 : (capacity.upper - capacity.lower) / capacity.value;
  const capacities: number[] = [];
  let loadMs = 0;
  let informedLoadMs = 0;
  for (let trial = 1; trial <= mostLinearTrials; trial++) {
    let rate = 0;
    let missed = false;
    while (!missed) {
      rate += step;
      const seen = system.run({ ...linearProbe, trial: 1000 + trial, rate });
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
