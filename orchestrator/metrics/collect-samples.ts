// Takes every panel's series out of Prometheus into a run's metrics.json, so that reports need no Prometheus.
import pLimit from 'p-limit';
import type { Panel, PanelQuery } from '../../dashboards/panels/panel.ts';
import { exprForReport } from '../../dashboards/panels/render-expr.ts';
import type { SavedSamples, Series } from '../record/samples.ts';
import type { PrometheusClient, RangeSeries } from './prometheus-client.ts';

/** Most points a saved series has: about one for each pixel of a chart's width. */
const mostPoints = 600;
/** Of all nodes together in one panel: as many as 500 nodes have. What Prometheus is asked for comes in one answer, and all panels into one file. */
const mostPointsOfNodes = 300_000;
/** Queries under way at once; Prometheus answers them on the machine that is being measured. */
const mostQueries = 4;

export interface CollectOptions {
  /** The run's id. */
  readonly run: string;
  /** Offset 0 on the engine's clock, milliseconds since 1970. */
  readonly startMs: number;
  /** End of the load, on the same clock. */
  readonly endMs: number;
  /** Least seconds between points. Default 1, the interval of scrapes. Grows so that a series has at most 600 points. */
  readonly stepSeconds?: number;
  /** What rates look back over. Default: a few steps, see `rateWindow`. */
  readonly windowMs?: number;
}

/**
 * Runs every query of every panel over the run.
 * A query without results gives no series; one that Prometheus refuses fails the whole with `promql-failed`.
 */
export async function collectSamples(
  client: PrometheusClient,
  panels: readonly Panel[],
  options: CollectOptions,
): Promise<SavedSamples> {
  const stepSeconds = chooseStepSeconds(options.endMs - options.startMs, options.stepSeconds);
  const limit = pLimit(mostQueries);
  const entries = await Promise.all(
    panels.map(async (panel) => {
      const series = await Promise.all(
        panel.queries.map((query) => limit(() => collectQuery(client, query, options, stepSeconds))),
      );
      return [panel.id, series.flat()] as const;
    }),
  );
  return { stepSeconds, panels: Object.fromEntries(entries) };
}

/**
 * The least whole number of seconds, not under `least`, that keeps a series of this length at 600 points or fewer; of more than 500 nodes at fewer, as
 * if there were 500.
 */
export function chooseStepSeconds(durationMs: number, least = 1, nodes = 0): number {
  const most = Math.min(mostPoints, Math.floor(mostPointsOfNodes / Math.max(1, nodes)));
  return Math.max(least, Math.ceil(durationMs / 1000 / (most - 1)));
}

/** The range of a panel's rates: at least 5 s, so that one late scrape leaves no gap, and 2 steps, so that none is skipped. */
export function rateWindow(stepSeconds: number): string {
  return `${Math.max(5, Math.ceil(2 * stepSeconds))}s`;
}

/** Fills `{{label}}` of a Grafana legend; a label that the series lacks becomes nothing. */
export function renderLegend(template: string, labels: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '').trim();
}

async function collectQuery(
  client: PrometheusClient,
  query: PanelQuery,
  options: CollectOptions,
  stepSeconds: number,
): Promise<Series[]> {
  const { run, windowMs } = options;
  const window = windowMs === undefined ? rateWindow(stepSeconds) : `${Math.round(windowMs)}ms`;
  const expr = exprForReport(query.expr, { run, window });
  const found = await client.queryRange(expr, options.startMs / 1000, options.endMs / 1000, stepSeconds);
  return found.map((series) => savedSeries(series, query.legend, options.startMs));
}

function savedSeries(series: RangeSeries, legend: string, startMs: number): Series {
  const { __name__: _, ...labels } = series.labels;
  return {
    labels,
    legend: renderLegend(legend, labels),
    points: series.points
      .filter(([, value]) => Number.isFinite(value))
      .map(([atSeconds, value]) => [Math.round(atSeconds * 1000 - startMs), value] as const),
  };
}
