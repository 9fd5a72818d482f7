// What was used over a whole load, as one figure each. A load of a few seconds is over before rates over the usual 5 s have left behind
// what was before it.
import type { Whole } from './find-saturation.ts';
import { resourcePanels, resourceSeriesOf } from './resource-panels.ts';
import { collectSamples } from '../../metrics/collect-samples.ts';
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';

/** The first second of a load, in which connections are made, is not looked at. */
const BEGINNING_MS = 1000;
/** With fewer seconds there may be a single scrape, which tells no rate. */
const LEAST_MS = 2000;

export interface LoadWindow {
  readonly run: string;
  /** On the engine's clock, milliseconds since 1970. */
  readonly startMs: number;
  readonly lastedMs: number;
}

/** Undefined where it was too short to tell. */
export async function measureWhole(
  prometheus: PrometheusClient,
  { run, startMs, lastedMs }: LoadWindow,
): Promise<Whole | undefined> {
  const forMs = lastedMs - BEGINNING_MS;
  if (forMs < LEAST_MS) return undefined;
  const endMs = startMs + lastedMs;
  const range = { run, startMs: endMs, endMs, windowMs: forMs };
  const samples = await collectSamples(prometheus, resourcePanels, range);
  return { fromMs: BEGINNING_MS, forMs, series: resourceSeriesOf(samples) };
}
