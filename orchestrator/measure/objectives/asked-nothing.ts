// Whether a load asked anybody anything. Iterations that return at once, as where a condition keeps them from their requests, have none that
// failed either: whatever an objective says of errors, nobody was served.
import { isBuiltIn } from '../../scenario/objectives/k6-threshold.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import type { Delivery } from '../generators/delivery.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import { measureObjective } from './measure-objective.ts';
import { countOf, type Readings, type Stretch } from '../readings/readings.ts';

interface Asked {
  readonly objective: Objective;
  readonly window: Stretch | null;
}

/** Nothing is counted of what setup() asks, nor of a warm-up where the stretch is the whole load. Undefined where it asked, or did nothing at all. */
export async function findAskedNothing(
  load: string,
  stretch: Stretch,
  objectives: readonly Asked[],
  readings: Readings,
): Promise<Delivery['askedNothing']> {
  const count = async (metric: string) => countOf(await readings.inWindows(metric, load, stretch));
  const requests = [K6Metric.requestsStarted, K6Metric.requestDuration, K6Metric.callDuration];
  // Of whom it ends by force while they wait k6 tells no bytes.
  const waits = [K6Metric.waitsBooked, K6Metric.hung];
  for (const metric of [...requests, ...waits]) if ((await count(metric)) > 0) return undefined;
  if ((await sentBytes(load, stretch, readings)) > 0) return undefined;
  if ((await count(K6Metric.iterationsStarted)) <= 0) return undefined;
  return (await isMeasured(load, objectives, readings)) ? 'but-measured' : 'unmeasured';
}

/**
 * Whether all that a load did was to send messages over WebSockets, and nobody ever sent one back: a connection that is open and silent fails nothing. An
 * objective on what the script itself tells is an answer, as where no message is meant to come.
 */
export async function findHeardNothing(
  load: string,
  stretch: Stretch,
  objectives: readonly Asked[],
  readings: Readings,
): Promise<boolean> {
  const count = (metric: string) => windowed(metric, load, stretch, readings);
  if ((await count(K6Metric.messagesSent)) <= 0) return false;
  const heard = [
    K6Metric.messagesReceived,
    K6Metric.requestDuration,
    K6Metric.callDuration,
    K6Metric.requestsLeftOpen,
  ];
  for (const metric of heard) if ((await count(metric)) > 0) return false;
  return !(await isMeasured(load, objectives, readings));
}

/** They are counted as an iteration ends, in the window of that moment, which may be a later one, or after the load. */
async function sentBytes(load: string, { startMs, endMs }: Stretch, readings: Readings): Promise<number> {
  return await windowed(K6Metric.dataSent, load, { startMs, endMs }, readings);
}

/** What a load counted, by its windows where its samples have them. */
async function windowed(metric: string, load: string, stretch: Stretch, readings: Readings): Promise<number> {
  const totals = await readings.totals(metric);
  const own = totals.filter(({ labels }) => labels['group'] === load);
  const isByWindow = own.some(({ labels }) => (labels['window'] ?? '') !== '');
  return countOf(isByWindow ? await readings.inWindows(metric, load, stretch) : own);
}

/** An extension of k6 may have connections of its own: what the script tells of them is what it measures, where the scenario asks for that. */
async function isMeasured(load: string, objectives: readonly Asked[], readings: Readings): Promise<boolean> {
  for (const { objective, window } of objectives) {
    if (window === null || (objective.load !== null && objective.load !== load) || !isOfScript(objective))
      continue;
    const { status, unsampled } = await measureObjective({ ...objective, load }, window, readings);
    if (status !== 'no-samples' && unsampled !== true) return true;
  }
  return false;
}

function isOfScript({ measure }: Objective): boolean {
  if (measure.kind !== 'metric') return measure.kind === 'checks';
  return measure.metric === 'checks' || !isBuiltIn(measure.metric);
}
