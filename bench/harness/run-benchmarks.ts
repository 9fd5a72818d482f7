// Runs benchmarks one after the other. One that fails is reported with its error, and the others go on.
import { loadavg } from 'node:os';
import { z } from 'zod';
import { messageOf } from '../../orchestrator/errors.ts';
import type { BenchContext, BenchResult, BenchRow } from '../benchmark.ts';
import type { FoundBenchmark } from './find-benchmarks.ts';

/** Rows come from modules that several people write: what is missing is filled in, what is wrong fails that benchmark alone. */
const Row = z.object({
  name: z.string(),
  measured: z.number().or(z.nan()),
  unit: z.string().default(''),
  reference: z
    .union([
      z.object({ what: z.string(), value: z.number().or(z.nan()) }),
      z.number().transform((value) => ({ what: '', value })),
      z.null().transform(() => undefined),
    ])
    .optional(),
  ratio: z.number().or(z.nan()).optional(),
  aim: z.string(),
  met: z.boolean(),
  note: z.string().optional(),
});

export async function runBenchmarks(
  found: readonly FoundBenchmark[],
  context: BenchContext,
): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const each of found) {
    if (context.signal.aborted) break;
    results.push(await runOne(each, context));
  }
  return results;
}

async function runOne(
  { name, benchmark, error }: FoundBenchmark,
  context: BenchContext,
): Promise<BenchResult> {
  const begun = performance.now();
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const result = (rest: Pick<BenchResult, 'rows' | 'error'>): BenchResult => ({
    benchmark: name,
    ...rest,
    tookMs: Math.round(performance.now() - begun),
    loadBefore,
  });
  if (benchmark === undefined) return result({ rows: [], error: error ?? 'not loaded' });
  context.say(`${name}:`);
  try {
    const rows = z.array(Row).parse(await benchmark.run(context)) as readonly BenchRow[];
    return result({ rows });
  } catch (thrown) {
    return result({ rows: [], error: messageOf(thrown) });
  }
}
