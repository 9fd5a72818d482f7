// What the users of a probe received, for the price of transfer. It is counted where it arrives: what a balancer sends includes the
// requests that it hands on to its servers, and what peers send each other never leaves the topology.
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { increaseOver, type RunClock, type Window } from '../measure/readings/read-at.ts';
import { k6Selector } from '../measure/readings/readings.ts';

export interface Transfer {
  /** Payload of TCP connections: headers of HTTP are in it, those of TCP and IP are not. */
  readonly receivedBytes: number;
  /** Iterations that ended. */
  readonly operations: number;
}

/** Over all generators; k6 counts both when an iteration ends. Null where none ended in the window. */
export async function measureTransfer(
  window: Window,
  client: PrometheusClient,
  clock: RunClock,
): Promise<Transfer | null> {
  const gained = async (metric: string): Promise<number> => {
    const readings = await increaseOver(client, k6Selector(metric, clock.run, null), window, clock);
    return readings.reduce((sum, { count }) => sum + count, 0);
  };
  const operations = await gained('k6_iterations_total');
  if (operations <= 0) return null;
  return { receivedBytes: await gained('k6_data_received_total'), operations };
}
