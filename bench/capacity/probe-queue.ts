// What a probe of a known queue comes to, judged as real ones are: requests belong to the measurement in which they are started, it is
// ended early once it is lost, and a rate holds only where work in flight does not grow.
import { isClearlyLost } from '../../orchestrator/capacity/clearly-lost.ts';
import {
  isLikelyGrowing,
  lookTimes,
  tellGrowth,
  type WorkPoint,
} from '../../orchestrator/measure/growth/growth.ts';
import { createRandom } from '../../orchestrator/capacity/random.ts';
import type { Probe, ProbeResult } from '../../orchestrator/capacity/probe.ts';
import { capacityOfQueue, type Disturbance, type KnownQueue, offer, type Served } from './known-queue.ts';
import type { SyntheticSystem } from './synthetic-system.ts';

/** How a rate is judged: by the objective alone, or also by whether it could go on. */
export type Judging = 'objective-only' | 'sustainable';

/** How often a real probe looks whether it is lost (watch-probe.ts). */
const lookEveryMs = 1000;

/** @param disturbance absent = nothing disturbs, and probes of one rate and length come to the same. */
export function queueAsSystem(
  queue: KnownQueue,
  judging: Judging = 'sustainable',
  disturbance?: Disturbance,
): SyntheticSystem {
  const capacity = capacityOfQueue(queue);
  if (disturbance !== undefined)
    return { kind: 'open', capacity, run: (probe) => probeQueue(queue, probe, judging, disturbance) };
  const known = new Map<string, ProbeResult>();
  const nothing = { random: createRandom(1), pausesPerSecond: 0, pauseMs: 0, latenessMs: 0 };
  return {
    kind: 'open',
    capacity,
    run: (probe) => {
      const { rate, settleMs, measureMs, canProlong } = probe;
      const key = JSON.stringify([rate, settleMs, measureMs, canProlong]);
      const result = known.get(key) ?? probeQueue(queue, probe, judging, nothing);
      known.set(key, result);
      return result;
    },
  };
}

export function probeQueue(
  queue: KnownQueue,
  { rate, settleMs, measureMs, canProlong }: Probe,
  judging: Judging,
  disturbance: Disturbance,
): ProbeResult {
  const lastsMs = settleMs + measureMs;
  const served = offer(queue, rate, lastsMs, disturbance);
  const measured = served.filter(({ startedMs }) => startedMs >= settleMs);
  const isSlow = ({ startedMs, endedMs }: Served) => endedMs - startedMs >= queue.boundMs;
  const servedPerSecond =
    (served.filter(({ endedMs }) => endedMs >= settleMs && endedMs < lastsMs).length * 1000) / measureMs;
  for (let elapsedMs = lookEveryMs; elapsedMs < measureMs; elapsedMs += lookEveryMs) {
    const ended = measured.filter(({ endedMs }) => endedMs < settleMs + elapsedMs);
    const objective = {
      kind: 'latency',
      percentile: queue.percentile,
      requests: ended.length,
      slower: ended.filter(isSlow).length,
    } as const;
    if (isClearlyLost({ rate, measureMs, elapsedMs, objectives: [objective] }))
      return { outcome: 'missed', loadMs: settleMs + elapsedMs, servedPerSecond };
  }
  const result = { loadMs: lastsMs, servedPerSecond };
  const slower = measured.filter(isSlow).length;
  if (slower > (1 - queue.percentile / 100) * measured.length) return { outcome: 'missed', ...result };
  if (judging === 'objective-only') return { outcome: 'held', ...result };
  const growth = tellGrowth(workOf(served, rate, lookTimes(settleMs, lastsMs)));
  if (growth.outcome === 'unclear' && canProlong) return { outcome: 'unclear', ...result };
  return { outcome: isLikelyGrowing(growth) ? 'missed' : 'held', ...result };
}

/** What generators would have told at these moments. */
export function workOf(served: readonly Served[], rate: number, atMs: readonly number[]): WorkPoint[] {
  return atMs.map((at) => {
    const ended = served.filter(({ endedMs }) => endedMs <= at);
    return {
      atMs: at,
      due: (rate * at) / 1000,
      ended: ended.length,
      tookMs: ended.reduce((sum, { startedMs, endedMs }) => sum + endedMs - startedMs, 0),
    };
  });
}
