// Whether every generator of a load was still reporting when the load ended. Half a load's latencies are not the load's.
import { K6Metric } from '../readings/k6-metrics.ts';
import { wholeRunRange } from '../readings/read-at.ts';
import { k6Selector, type Readings } from '../readings/readings.ts';

/** k6 pushes its number of virtual users every second, also while no request ends; after five it has gone silent. */
const freshSeconds = 5;

/** A sentence where generators were not heard of at the load's end, else null. What they pushed before that is final only then. */
export async function silentGenerators(load: string | null, readings: Readings): Promise<string | null> {
  const { client, context, finalMs } = readings;
  const atSeconds = (context.startMs + finalMs) / 1000;
  for (const curve of context.loads.filter((each) => load === null || each.load === load)) {
    const vus = k6Selector(K6Metric.virtualUsers, context.run, curve.load);
    const heard = async (range: string) => {
      const query = `count by (node) (last_over_time(${vus}[${range}]))`;
      const found = await client.queryInstant(query, atSeconds);
      return found.map(({ labels }) => labels['node'] ?? '');
    };
    const ever = await heard(wholeRunRange(atSeconds, context));
    if (ever.length === 0) return `no generator of load ${curve.load} has sent any sample`;
    // How its generators end tells whether they did their work: one that breaks off makes the run invalid by that.
    if (curve.mayEndEarly === true) continue;
    const lastsMs = curve.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
    const untilMs = Math.min(context.lastedMs, lastsMs);
    const lately = await heard(`${Math.ceil((finalMs - untilMs) / 1000) + freshSeconds}s`);
    const silent = ever.filter((node) => !lately.includes(node));
    if (silent.length > 0) {
      return `no sample of ${silent.join(', ')} in the last ${freshSeconds} s before ${untilMs / 1000} s`;
    }
  }
  return null;
}
