// Questions to Prometheus. How a request gets there is the caller's business (through the agent's proxy, or a test's
// table); this file builds the paths, parses what comes back once, and turns refusals into errors that name the query.
import { z } from 'zod';
import { TopolabError, messageOf } from '../errors.ts';
import type { Bucket } from '../statistics/merged-histogram.ts';

export type Labels = Readonly<Record<string, string>>;

/** A native histogram as Prometheus hands it out: empty buckets are left out, the rest ascend. */
export interface NativeHistogram {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly Bucket[];
}

interface InstantSample {
  readonly labels: Labels;
  readonly atSeconds: number;
  /** May be NaN or infinite: a ratio of nothing to nothing is NaN. */
  readonly value: number;
}

/** A series over time. A series holds floats or histograms; the other list is empty. Times in epoch seconds. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly points: readonly (readonly [number, number])[];
  readonly histograms: readonly (readonly [number, NativeHistogram])[];
}

export interface PrometheusClient {
  /** The value of an expression at one moment. A scalar comes back as one sample without labels. */
  queryInstant(expr: string, atSeconds: number): Promise<readonly InstantSample[]>;
  /** An expression evaluated every `stepSeconds` from start to end, both included. At most 11,000 steps. */
  queryRange(
    expr: string,
    startSeconds: number,
    endSeconds: number,
    stepSeconds: number,
  ): Promise<readonly RangeSeries[]>;
  /** The samples themselves, with their own times, of a range selector such as `up[10s]` that ends at `atSeconds`. */
  querySamples(rangeSelector: string, atSeconds: number): Promise<readonly RangeSeries[]>;
}

/** Prometheus writes numbers as text: `NaN`, `+Inf` and `-Inf` are numbers too. */
const number = z.string().transform((text) => Number(text.replace('Inf', 'Infinity')));
const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), number]);
const bucket = z
  .tuple([z.number(), number, number, number])
  .transform(([, lower, upper, count]) => ({ lower, upper, count }));
const histogram = z.object({ count: number, sum: number, buckets: z.array(bucket).default([]) });

const vector = z.object({
  resultType: z.literal('vector'),
  // A histogram has no single value; queryInstant leaves such elements out.
  result: z.array(z.object({ metric: labels, value: point.optional() })),
});
const matrix = z.object({
  resultType: z.literal('matrix'),
  result: z.array(
    z.object({
      metric: labels,
      values: z.array(point).default([]),
      histograms: z.array(z.tuple([z.number(), histogram])).default([]),
    }),
  ),
});
const scalar = z.object({ resultType: z.literal('scalar'), result: point });
const response = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [vector, matrix, scalar]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/**
 * A client over any way of fetching JSON.
 *
 * @param fetchJson gets a path with its query (`/api/v1/query?…`) and resolves with the parsed body, also for
 *   Prometheus' own 4xx answers, whose body says what was wrong. Where it rejects, the client wraps that.
 * @throws TopolabError `promql-failed`, naming the expression and what Prometheus said.
 */
export function createPrometheusClient(fetchJson: (path: string) => Promise<unknown>): PrometheusClient {
  async function ask(expr: string, path: string, query: Record<string, string>) {
    let body: unknown;
    try {
      body = await fetchJson(`${path}?${new URLSearchParams({ query: expr, ...query }).toString()}`);
    } catch (cause) {
      throw failed(expr, messageOf(cause), cause);
    }
    const parsed = response.safeParse(body);
    if (!parsed.success) throw failed(expr, 'what answered is not Prometheus, or is not whole');
    if (parsed.data.status === 'error') throw failed(expr, `${parsed.data.errorType}: ${parsed.data.error}`);
    return parsed.data.data;
  }

  async function askMatrix(
    expr: string,
    path: string,
    query: Record<string, string>,
  ): Promise<RangeSeries[]> {
    const data = await ask(expr, path, query);
    if (data.resultType !== 'matrix') throw failed(expr, `a ${data.resultType} where a matrix was expected`);
    return data.result.map((each) => ({
      labels: each.metric,
      points: each.values,
      histograms: each.histograms,
    }));
  }

  return {
    async queryInstant(expr, atSeconds) {
      const data = await ask(expr, '/api/v1/query', { time: String(atSeconds) });
      if (data.resultType === 'scalar') {
        return [{ labels: {}, atSeconds: data.result[0], value: data.result[1] }];
      }
      if (data.resultType === 'matrix') throw failed(expr, 'a range of samples where one value was expected');
      return data.result.flatMap(({ metric, value }) =>
        value === undefined ? [] : [{ labels: metric, atSeconds: value[0], value: value[1] }],
      );
    },
    queryRange(expr, startSeconds, endSeconds, stepSeconds) {
      return askMatrix(expr, '/api/v1/query_range', {
        start: String(startSeconds),
        end: String(endSeconds),
        step: String(stepSeconds),
      });
    },
    querySamples(rangeSelector, atSeconds) {
      return askMatrix(rangeSelector, '/api/v1/query', { time: String(atSeconds) });
    },
  };
}

function failed(expr: string, seen: string, cause?: unknown): TopolabError {
  return new TopolabError(`query Prometheus for ${expr}: ${seen}`, {
    code: 'promql-failed',
    hint: "Try the expression on Prometheus' own query page.",
    cause,
  });
}
