// Real capacity searches of servers whose capacity is known by theory: how near they come, how often their interval holds the truth,
// and what load they take beside a linear step search.
import pLimit from 'p-limit';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { queueAsSystem } from './capacity/probe-queue.ts';
import { linearLoad } from './capacity/linear-search.ts';
import { knownQuestion, prepareSearches, searchForReal, serviceTimesMs } from './capacity/search-for-real.ts';
import { errorRow, holdsTruth, type KnownSearch, loadRows } from './capacity/search-rows.ts';
import { median } from './harness/statistics.ts';
import { known } from './harness/judge-row.ts';

const usualSearches = 20;
/** A search mostly waits, and its queue is reckoned by the clock, so that several at once don't make each other's capacity less. Ten fill two cores. */
const atOnce = 6;
/** 18 of 20. */
const leastHeld = 0.9;

/** For a short run: `BENCH_SERVICE_MS=150 npm run bench -- capacity-search --repetitions 6`. Default: all. */
function serviceTimesAsked(): readonly number[] {
  const asked = process.env['BENCH_SERVICE_MS']?.split(',').map(Number) ?? serviceTimesMs;
  const unknown = asked.filter((each) => !serviceTimesMs.includes(each));
  if (unknown.length === 0) return asked;
  throw new Error(`BENCH_SERVICE_MS: there are ${serviceTimesMs.join(', ')}, not ${unknown.join(', ')}`);
}

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const serviceMs of serviceTimesAsked()) rows.push(...(await searchAll(serviceMs, context)));
  return rows;
}

async function searchAll(serviceMs: number, context: BenchContext): Promise<readonly BenchRow[]> {
  const { signal, say } = context;
  const count = Math.min(usualSearches, context.repetitionsAsked ?? usualSearches);
  const { queue, question } = await knownQuestion(serviceMs);
  const system = queueAsSystem(queue);
  const trueCapacity = system.capacity;
  say(
    `  ${serviceMs} ms a request, ${trueCapacity.toFixed(2)}/s by theory; ${count} searches, ${atOnce} at once`,
  );
  const searches: KnownSearch[] = [];
  const searchOnce = async (seed: number): Promise<void> => {
    try {
      const result = await searchForReal(serviceMs, seed, signal);
      const linear = linearLoad(system, result, { ...question, resamples: 200 });
      const search = { trueCapacity, result, linear };
      searches.push(search);
      say(`  ${seed}/${count}: ${inWords(search)}`);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      // It counts as one whose interval doesn't hold, and the others go on.
      say(`  ${seed}/${count}: ${String(thrown)}`);
    }
  };
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  await context.alone(async () => {
    await prepareSearches(signal);
    await pLimit(atOnce).map(seeds, searchOnce);
  });
  return searchRows(searches, count).map((row) => ({ ...row, name: `${row.name}, ${serviceMs} ms` }));
}

/** @param count searches begun; those that gave no result are not among `searches`. */
export function searchRows(searches: readonly KnownSearch[], count: number): readonly BenchRow[] {
  const held = searches.filter(holdsTruth).length;
  const least = Math.ceil(count * leastHeld);
  const capacities = searches.flatMap(({ result: { capacity } }) =>
    capacity === null ? [] : [capacity.value],
  );
  const trueCapacity = searches[0]?.trueCapacity ?? Number.NaN;
  return [
    known({
      name: 'capacity found, median',
      measured: median(capacities),
      unit: 'per second',
      reference: { what: 'by theory', value: trueCapacity },
      ratio: median(capacities) / trueCapacity,
    }),
    errorRow(searches),
    {
      name: 'intervals of 95 % that hold the true capacity',
      measured: held,
      unit: '',
      reference: { what: 'searches', value: count },
      ratio: held / count,
      aim: `at least ${least}`,
      met: held >= least,
    },
    ...loadRows(searches),
  ];
}

function inWords(search: KnownSearch): string {
  const { result, trueCapacity } = search;
  const { capacity, loadMs } = result;
  if (capacity === null) return `no capacity found: ${result.sentences.join(' ')}`;
  const { value, lower, upper } = capacity;
  const off = `${((value / trueCapacity - 1) * 100).toFixed(1)} % off`;
  const interval = `${lower.toPrecision(4)} to ${upper.toPrecision(4)} ${holdsTruth(search) ? 'holds' : 'does NOT hold'}`;
  return `${value.toPrecision(4)}/s (${off}), ${interval}, load ${Math.round(loadMs / 1000)} s`;
}
