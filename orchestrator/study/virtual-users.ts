// How many virtual users a study gives a load, so that a system that lets them wait does not use them up: the number in flight is the rate
import type { Load } from '../scenario/load/load.ts';
import { isTimed } from '../scenario/objectives/k6-threshold.ts';
import type { Objective } from '../scenario/objectives/objective.ts';

// times the wait (Little's law). Pure.
import type { Scenario } from '../scenario/scenario.ts';

export interface GivenUsers {
  readonly users: number;
  /** As many as the rate and the longest wait need. More than `users` where the bound bites. */
  readonly wanted: number;
}

/** Of itself a study gives no more: each takes memory, and time to be made. A scenario whose `maxVirtualUsers` is more gets those. */
export const MOST_GIVEN = 5000;
/** What one takes of a generator's memory, where that is limited. A small script's takes 0.1 MiB; larger ones more. */
const MEMORY_OF_USER_BYTES = 512 * 1024;
/** Waits go on beyond the bound of an objective; from half of it more on, no percentile that is judged can be within it. */
const BEYOND_BOUND = 1.5;
/** Where no objective is about latency, or its bound is shorter. */
const LEAST_WAIT_MS = 1000;

/** @param longerMs what users may wait beside that, such as for a node that has died. */
export function usersFor(
  load: Load,
  ratePerSecond: number,
  { objectives }: Pick<Scenario, 'objectives'>,
  longerMs = 0,
): GivenUsers {
  const own = load.model.kind === 'open' ? load.model.maxVirtualUsers : 0;
  const bounds = objectives.flatMap((objective) => (isLatencyOf(objective, load) ? [objective.bound] : []));
  const waitMs = Math.max(LEAST_WAIT_MS, BEYOND_BOUND * Math.max(0, ...bounds)) + longerMs;
  const wanted = Math.ceil((ratePerSecond * waitMs) / 1000);
  return { users: Math.max(own, Math.min(MOST_GIVEN, memoryFor(load), wanted)), wanted };
}

/** As many users as fit into the memory of its generators. */
function memoryFor({ memoryBytes, generators }: Load): number {
  return memoryBytes === null
    ? Number.POSITIVE_INFINITY
    : Math.floor((memoryBytes * generators) / MEMORY_OF_USER_BYTES);
}

function isLatencyOf(objective: Objective, { name }: Load): boolean {
  const { measure, load, comparison } = objective;
  const upwards = comparison === 'below' || comparison === 'atMost';
  const isOnTime = measure.kind === 'latency' || (measure.kind === 'metric' && isTimed(measure.metric));
  return isOnTime && upwards && (load === null || load === name);
}
