// Watches a probe that is under way, so that one that is lost already does not take its full time.
import { setTimeout as sleep } from 'node:timers/promises';
import { isClearlyLost, type PartialObjective } from '../capacity/clearly-lost.ts';
import type { Probe } from '../capacity/probe.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { isUntagged, type Objective } from '../scenario/objectives/objective.ts';
/** The window of a probe whose requests count; those of `settle` don't. */
export const MEASURE_WINDOW = 'measure';

export interface WatchOptions {
  readonly probe: Probe;
  readonly prometheus: PrometheusClient;
  /** What the probe's samples carry as `run`. */
  readonly run: string;
  /** Start of the probe on the engine's clock, milliseconds since 1970. */
  readonly engineStartMs: number;
  readonly clockOffsetMs: number;
  readonly objectives: readonly Objective[];
  /** Aborts when the probe has ended by itself. */
  readonly ended: AbortSignal;
}

const LOOK_EVERY_MS = 1000;

/** Resolves with true as soon as the probe is clearly lost, with false when it has ended without that. */
export async function watchForLoss(options: WatchOptions): Promise<boolean> {
  const { probe, engineStartMs, clockOffsetMs, ended } = options;
  const measureFromMs = engineStartMs + probe.settleMs;
  while (!ended.aborted) {
    // A probe that has ended is not waited for: a study has hundreds of them.
    await sleep(LOOK_EVERY_MS, undefined, { signal: ended }).catch(() => {});
    const nowMs = Date.now() + clockOffsetMs;
    const elapsedMs = nowMs - measureFromMs;
    if (ended.aborted || elapsedMs <= 0) continue;
    const { rate, measureMs } = probe;
    // What cannot be asked now is asked again in a second; nothing is lost by a look that failed.
    const objectives = await partialObjectives(options, measureFromMs / 1000, nowMs / 1000).catch(() => []);
    if (isClearlyLost({ rate, measureMs, elapsedMs, objectives })) return true;
  }
  return false;
}

async function partialObjectives(
  { prometheus, run, objectives }: WatchOptions,
  fromSeconds: number,
  nowSeconds: number,
): Promise<PartialObjective[]> {
  const ask = async (expr: string): Promise<number> =>
    (await prometheus.queryInstant(expr, nowSeconds))[0]?.value ?? Number.NaN;
  // Requests of the settling that end now are not of the measurement. What is told by window began at nothing when the window did.
  const measured = (metric: string, labels = '') =>
    `sum(${metric}{run="${run}",window="${MEASURE_WINDOW}"${labels}})`;
  const drops = `k6_dropped_iterations_total{run="${run}"}`;
  const dropped = `sum(${drops}) - (sum(${drops} @ ${fromSeconds.toFixed(3)}) or vector(0))`;
  const histogram = measured('k6_http_req_duration_seconds');
  const partial = objectives
    .filter(isUntagged)
    .map(async ({ measure, bound }): Promise<PartialObjective | undefined> => {
      switch (measure.kind) {
        case 'latency': {
          const requests = await ask(`histogram_count(${histogram})`);
          const quick = await ask(`histogram_fraction(0, ${bound / 1000}, ${histogram})`);
          const { percentile } = measure;
          return { kind: 'latency', percentile, requests, slower: requests * (1 - quick) };
        }
        case 'errors':
          return {
            kind: 'errors',
            bound,
            requests: await ask(measured('k6_http_reqs_total')),
            failed: await ask(measured('k6_http_reqs_total', ',expected_response="false"')),
          };
        case 'delivered':
          return { kind: 'delivered', bound, dropped: await ask(dropped) };
        default:
          return undefined;
      }
    });
  const known = (await Promise.all(partial)).filter((each) => each !== undefined);
  // A series that is not there yet makes NaN, which says nothing.
  return known.filter((each) => Object.values(each).every((value) => !Number.isNaN(value)));
}
