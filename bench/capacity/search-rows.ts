// Figures of capacity searches on systems whose capacity is known, beside their aims: the same for simulated and for real ones.
import type { SearchResult } from '../../orchestrator/capacity/search-result.ts';
import type { BenchRow } from '../benchmark.ts';
import { atMost, atMostTimes, known } from '../harness/judge-row.ts';
import { median } from '../harness/statistics.ts';
import type { LinearLoad } from './linear-search.ts';

export interface KnownSearch {
  readonly trueCapacity: number;
  readonly result: Pick<SearchResult, 'capacity' | 'loadMs' | 'sentences'>;
  readonly linear: LinearLoad;
}

/** Whether the interval holds the truth. A search that found nothing has none: all capacities here lie within the range. */
export function holdsTruth({ result: { capacity }, trueCapacity }: KnownSearch): boolean {
  return capacity !== null && capacity.lower <= trueCapacity && trueCapacity <= capacity.upper;
}

/** Of those that found a capacity, as a share. */
export function errorRow(searches: readonly KnownSearch[]): BenchRow {
  const errors = searches.flatMap(({ trueCapacity, result: { capacity } }) =>
    capacity === null ? [] : [Math.abs(capacity.value / trueCapacity - 1)],
  );
  return atMost({ name: 'error of the capacity, median', measured: median(errors), unit: '' }, 0.02);
}

/** Load time beside that of a linear step search. */
export function loadRows(searches: readonly KnownSearch[]): readonly BenchRow[] {
  const ratioTo = (pick: (each: KnownSearch) => number) =>
    median(searches.map((each) => each.result.loadMs / pick(each)));
  const seconds = (pick: (each: KnownSearch) => number) => median(searches.map(pick)) / 1000;
  const linear = (each: KnownSearch) => each.linear.loadMs;
  const informed = (each: KnownSearch) => each.linear.informedLoadMs;
  const figure = {
    name: 'load time of a search, median',
    measured: seconds(({ result }) => result.loadMs),
    unit: 's',
  };
  return [
    atMostTimes(
      { ...figure, reference: { what: 'linear step search, as precise', value: seconds(linear) } },
      1 / 3,
      ratioTo(linear),
    ),
    known({
      ...figure,
      reference: { what: 'the same, told to begin at half of the capacity', value: seconds(informed) },
      ratio: ratioTo(informed),
    }),
  ];
}
