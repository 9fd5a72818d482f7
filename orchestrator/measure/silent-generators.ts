// Whether every generator of a load was still reporting when a window ended. Half a load's latencies are not the load's.
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { k6Selector, type MeasureContext } from './delivery.ts';
import { wholeRunRange, type Window } from './read-at.ts';

/** k6 pushes its number of virtual users every second, also while no request ends; after five it has gone silent. */
const freshSeconds = 5;

/** A sentence where generators were not heard of at the window's end, or at that of their load, else null. */
export async function silentGenerators(
  load: string | null,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<string | null> {
  for (const curve of context.loads.filter((each) => load === null || each.load === load)) {
    // A script decides itself when it ends; any other load lasts as long as its stages.
    const lastsMs =
      curve.unit === 'unknown'
        ? Number.NEGATIVE_INFINITY
        : curve.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
    const vus = k6Selector('k6_vus', context.run, curve.load);
    const heard = async (offsetMs: number, seconds: number | null) => {
      const atSeconds = (context.startMs + offsetMs) / 1000;
      const range = seconds === null ? wholeRunRange(atSeconds, context) : `${seconds}s`;
      const found = await client.queryInstant(
        `count by (node) (last_over_time(${vus}[${range}]))`,
        atSeconds,
      );
      return found.map(({ labels }) => labels['node'] ?? '');
    };
    const ever = await heard(window.endMs, null);
    if (ever.length === 0) return `no generator of load ${curve.load} has sent any sample`;
    const untilMs = Math.min(window.endMs, lastsMs);
    if (untilMs <= window.startMs) continue;
    const lately = await heard(untilMs, freshSeconds);
    const silent = ever.filter((node) => !lately.includes(node));
    if (silent.length > 0) {
      return `no sample of ${silent.join(', ')} in the last ${freshSeconds} s before ${untilMs / 1000} s`;
    }
  }
  return null;
}
