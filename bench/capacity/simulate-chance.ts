// What a probe that misses by chance, far below the capacity, costs a search: on simulated systems, each searched with and without it.
import { mean } from 'simple-statistics';
import type { Probe, ProbeResult } from '../../orchestrator/capacity/probe.ts';
import { createRandom } from '../../orchestrator/capacity/random.ts';
import type { BenchRow } from '../benchmark.ts';
import { atMostTimes } from '../harness/judge-row.ts';
import { searchOn } from './simulate-search.ts';
import { createSystem } from './synthetic-system.ts';

export interface ChanceOptions {
  readonly systems: number;
  readonly seed: number;
}

/** While a search looks for the neighbourhood: a miss by chance among the probes of trials is an outlier like any other. */
const FIRST_PROBES = 8;

export function chanceRows({ systems, seed }: ChanceOptions): readonly BenchRow[] {
  const loadWith = (missAt: (index: number) => number | null) =>
    mean(Array.from({ length: systems }, (_, index) => loadOf(seed + index, missAt(index)))) / 1000;
  const reference = { what: 'without it', value: loadWith(() => null) };
  const row = (name: string, measured: number) =>
    atMostTimes({ name, measured, unit: 's', reference, note: `${systems} synthetic systems` }, 1.15);
  return [
    row(
      'load time of a search whose first probe misses by chance, mean',
      loadWith(() => 1),
    ),
    row(
      `load time of a search of whose first ${FIRST_PROBES} probes one misses by chance, mean`,
      loadWith((index) => 1 + (index % FIRST_PROBES)),
    ),
  ];
}

/** The same system each time, whatever becomes of its probes. */
function loadOf(seed: number, missAt: number | null): number {
  const system = createSystem(createRandom(seed));
  const run = (probe: Probe): ProbeResult => {
    const seen = system.run(probe);
    return probe.number === missAt
      ? { ...seen, outcome: 'missed', loadMs: probe.settleMs + probe.measureMs }
      : seen;
  };
  const options = { minRate: 2, maxRate: 50_000, seed, settleMs: 10_000, measureMs: 30_000, resamples: 100 };
  return searchOn({ run }, { ...options, resolution: system.kind === 'closed' ? 1 : 0 }).loadMs;
}
