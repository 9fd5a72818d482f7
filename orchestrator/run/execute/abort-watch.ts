// Objectives that end the run where they are missed (`abort`, and k6's own `abortOnFail`): measured again and again while the load goes on, by
// what all generators have pushed so far.
import { measureObjective } from '../../measure/objectives/measure-objective.ts';
import { type MeasureContext, Readings, type Stretch } from '../../measure/readings/readings.ts';
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import { pause } from '../../pause.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';

/** As often as k6 looks at thresholds. */
const LOOK_EVERY_MS = 2000;
/** What is told of a moment has been pushed and stored by then. */
const STORED_AFTER_MS = 1500;

/** An objective that ended the run, and what it came to then. */
export interface Abortion {
  readonly objective: Objective;
  readonly measured: number | null;
  /** How far the load had come, milliseconds. */
  readonly offsetMs: number;
}

export interface AbortWatchOptions {
  /** With the stretch that each is about. Those without `abort` are left out. */
  readonly objectives: readonly { readonly objective: Objective; readonly window: Stretch }[];
  readonly prometheus: PrometheusClient;
  /** Of the load, without how far it went. */
  readonly context: Omit<MeasureContext, 'lastedMs' | 'endedEarly'>;
  /** Milliseconds since the start of the load. */
  readonly now: () => number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Resolves with the first objective that is missed; undefined where the watch ends before that. */
export async function watchForAbort(options: AbortWatchOptions): Promise<Abortion | undefined> {
  const { now, signal } = options;
  const objectives = options.objectives.filter(({ objective }) => objective.abort !== undefined);
  if (objectives.length === 0) return undefined;
  while (!signal.aborted) {
    for (const { objective, window } of objectives) {
      const offsetMs = now();
      const measured = await missedSoFar(objective, window, offsetMs, options);
      if (measured !== undefined) return { objective, measured, offsetMs };
    }
    await pause(LOOK_EVERY_MS, signal).catch(() => {});
  }
  return undefined;
}

/** Undefined where it holds, nothing is there to judge it by, or it may not end the run yet. */
async function missedSoFar(
  objective: Objective,
  window: Stretch,
  offsetMs: number,
  { prometheus, context }: AbortWatchOptions,
): Promise<number | null | undefined> {
  const untilMs = Math.min(window.endMs, offsetMs - STORED_AFTER_MS);
  const { afterMs = 0 } = objective.abort ?? {};
  if (untilMs <= window.startMs || offsetMs - window.startMs < afterMs) return undefined;
  const readings = new Readings(prometheus, { ...context, lastedMs: offsetMs, endedEarly: true });
  // That Prometheus can't be asked now costs this look and not the run.
  const result = await measureObjective(objective, { ...window, endMs: untilMs }, readings).catch(
    () => undefined,
  );
  return result?.status === 'missed' ? result.measured : undefined;
}
