// A figure of k6's end-of-test summary, in whatever form k6 left it: metrics with their values nested (handleSummary) or flat (--summary-export).
import { isBuiltIn } from '../../scenario/objectives/k6-threshold.ts';
import { K6Metric } from './k6-metrics.ts';

/** The first of these figures that it has; null where the summary has none, or is none. */
export function readK6Metric(summary: unknown, metric: string, ...figures: readonly string[]): number | null {
  const found = field(field(summary, 'metrics'), metric);
  const values = field(found, 'values') ?? found;
  return figures.map((figure) => field(values, figure)).find((value) => typeof value === 'number') ?? null;
}

/** A metric of the script's own, as one generator knows it. */
export interface OwnMetric {
  readonly name: string;
  readonly kind: 'counter' | 'trend' | 'rate';
  /** As Prometheus has it. */
  readonly series: string;
  /** What was added to a counter; how often something was added to a trend or rate. */
  readonly count: number;
}

/** How k6's output ends the name of a trend, by what it holds. */
const TREND_SUFFIXES: Readonly<Record<string, string>> = { time: '_seconds', data: '_bytes' };

/** Those to which something was added. Of a gauge there is no count. */
export function ownMetricsIn(summary: unknown): OwnMetric[] {
  return Object.entries(Object(field(summary, 'metrics')) as object).flatMap(
    ([name, metric]): OwnMetric[] => {
      if (isBuiltIn(name) || name.startsWith('topolab_') || name.includes('{')) return [];
      const count = (figure: string) => readK6Metric(summary, name, figure) ?? 0;
      switch (field(metric, 'type')) {
        case 'counter':
          return counted({ name, kind: 'counter', series: `k6_${name}_total`, count: count('count') });
        case 'trend': {
          const series = `k6_${name}${TREND_SUFFIXES[String(field(metric, 'contains'))] ?? ''}`;
          return counted({ name, kind: 'trend', series, count: count('count') });
        }
        case 'rate':
          return counted({
            name,
            kind: 'rate',
            series: K6Metric.rates,
            count: count('passes') + count('fails'),
          });
        default:
          return [];
      }
    },
  );
}

function counted(metric: OwnMetric): OwnMetric[] {
  return metric.count > 0 ? [metric] : [];
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
