// Waits for Prometheus, which scrapes once a second: before the load until it sees everybody, after it until it has heard the last of them.
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import { BALANCERS_JOB, NODES_JOB } from '../../metrics/scrape-targets.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';

/** Prometheus takes up to 5 s to follow a change of targets, and two scrapes to tell a rate. */
const FIRST_SAMPLES_WITHIN_MS = 20_000;
const LAST_SAMPLES_WITHIN_MS = 15_000;
const ASK_EVERY_MS = 250;

export interface SamplesAwaited {
  readonly run: string;
  readonly prometheus: Pick<PrometheusClient, 'queryInstant'>;
  /** Prometheus' clock minus ours, milliseconds. */
  readonly clockOffsetMs: number;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Waits until Prometheus can tell a rate for this many containers, so that charts and figures cover the load from its start, and has a
 * sample of this many nodes' own expositions. Rejects when the signal aborts.
 */
export async function awaitFirstSamples(
  awaited: SamplesAwaited,
  wanted: { readonly containers: number; readonly nodes: number },
): Promise<void> {
  const { run, warn, signal } = awaited;
  const deadline = Date.now() + patient(FIRST_SAMPLES_WITHIN_MS);
  const count = async (series: string, samples: number): Promise<number> =>
    valueNow(awaited, `count(count_over_time(${series}[10s]) >= ${samples})`);
  let found = 0;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    found = await count(`container_cpu_usage_seconds_total{run="${run}"}`, 2);
    const nodes = found < wanted.containers ? 0 : await count(scraped(run), 1);
    if (found >= wanted.containers && nodes >= wanted.nodes) return;
    await pause(ASK_EVERY_MS, signal);
  }
  warn(
    `Prometheus has samples of ${found} of ${wanted.containers} containers; the others start without samples.`,
  );
}

/**
 * Waits until this many nodes have told their figures of a moment at or after `sinceMs` (our clock), for 15 s at most: on a host whose
 * CPU was full, scrapes come late or not at all, and what was counted last would be missing. A run that is cut short does not wait.
 */
export async function awaitLastSamples(
  awaited: SamplesAwaited,
  wanted: number,
  sinceMs: number,
): Promise<void> {
  const { run, clockOffsetMs, warn, signal } = awaited;
  const nodes = scraped(run);
  const sinceSeconds = (sinceMs + clockOffsetMs) / 1000;
  const expr = `count((timestamp(${nodes}) >= ${sinceSeconds}) and (${nodes} == 1))`;
  const deadline = Date.now() + patient(LAST_SAMPLES_WITHIN_MS);
  let found = 0;
  while (Date.now() < deadline && !signal.aborted) {
    // Whether Prometheus answers at all is for those to say who need its answers.
    found = await valueNow(awaited, expr).catch(() => 0);
    if (found >= wanted) return;
    await pause(ASK_EVERY_MS, signal).catch(() => {});
  }
  if (!signal.aborted)
    warn(
      `Prometheus has the final samples of ${found} of ${wanted} nodes; totals of the others may be too low.`,
    );
}

/** Of an expression that gives one; 0 where it gives none. */
export async function valueNow(
  { prometheus, clockOffsetMs }: Pick<SamplesAwaited, 'prometheus' | 'clockOffsetMs'>,
  expr: string,
): Promise<number> {
  const atSeconds = (Date.now() + clockOffsetMs) / 1000;
  return (await prometheus.queryInstant(expr, atSeconds))[0]?.value ?? 0;
}

/** Whether each node and balancer of the run could be scraped. */
function scraped(run: string): string {
  return `up{run="${run}", job=~"${NODES_JOB}|${BALANCERS_JOB}"}`;
}
