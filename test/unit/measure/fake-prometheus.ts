// A stand-in for Prometheus that holds a few series and understands the handful of queries that measuring asks.
import type {
  NativeHistogram,
  PrometheusClient,
  RangeSeries,
} from '../../../orchestrator/metrics/prometheus-client.ts';

export interface StoredSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** [epoch seconds, value] */
  readonly samples: readonly (readonly [number, number | NativeHistogram])[];
}

export function fakePrometheus(
  stored: readonly StoredSeries[],
  answers: Readonly<Record<string, readonly number[]>> = {},
): { readonly client: PrometheusClient; readonly asked: string[] } {
  const asked: string[] = [];
  function matching(expr: string, atSeconds: number) {
    const [, name, matchers = '', range = '0'] = /(\w+)\{(.*?)\}\[(\d+)s\]/.exec(expr) ?? [];
    const wanted = [...matchers.matchAll(/(\w+)="(.*?)"/g)];
    return stored
      .filter(
        (each) =>
          each.name === name && wanted.every(([, label, value]) => each.labels[label ?? ''] === value),
      )
      .map((each) => ({
        ...each,
        samples: each.samples.filter(([at]) => at <= atSeconds && at > atSeconds - Number(range)),
      }))
      .filter(({ samples }) => samples.length > 0);
  }
  const client: PrometheusClient = {
    async querySamples(selector, atSeconds) {
      return matching(selector, atSeconds).map(({ name, labels, samples }) =>
        series({ ...labels, __name__: name }, samples),
      );
    },
    async queryRange(expr, atSeconds) {
      return matching(expr, atSeconds).map(({ labels, samples }) =>
        series(
          labels,
          samples.slice(-1).map(([, value]) => [atSeconds, value] as const),
        ),
      );
    },
    async queryInstant(expr, atSeconds) {
      asked.push(`${expr} @ ${atSeconds}`);
      const answer = answers[expr];
      if (answer !== undefined) return answer.map((value) => ({ labels: {}, atSeconds, value }));
      const found = matching(expr, atSeconds);
      const lastOf = (samples: StoredSeries['samples']) => Number(samples.at(-1)?.[1] ?? 0);
      if (expr.startsWith('sum(')) {
        const value = found.reduce((sum, { samples }) => sum + lastOf(samples), 0);
        return found.length === 0 ? [] : [{ labels: {}, atSeconds, value }];
      }
      return found.map(({ labels, samples }) => ({ labels, atSeconds, value: lastOf(samples) }));
    },
  };
  return { client, asked };
}

function series(labels: Readonly<Record<string, string>>, samples: StoredSeries['samples']): RangeSeries {
  return {
    labels,
    points: samples.flatMap(([at, value]) => (typeof value === 'number' ? [[at, value] as const] : [])),
    histograms: samples.flatMap(([at, value]) => (typeof value === 'number' ? [] : [[at, value] as const])),
  };
}
