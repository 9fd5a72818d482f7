// Churn as written → distributions in milliseconds, the trace file read.
import type { CheckedChurn, CheckedDistribution } from './churn-schema.ts';
import type { Churn, Distribution, TraceEvent } from './group-common.ts';

/** `durationMs` ends churn without `until`; `trace` is what its file holds. */
export function resolveChurn(
  written: CheckedChurn,
  trace: readonly TraceEvent[] | null,
  durationMs: number,
): Churn {
  return {
    arrivals: resolveDistribution(written.arrivals),
    sessions: resolveDistribution(written.sessions),
    trace,
    minAlive: written.minAlive,
    maxAlive: written.maxAlive,
    cleanShare: written.cleanShare,
    fromMs: written.from,
    untilMs: written.until ?? durationMs,
  };
}

export function resolveDistribution(written: CheckedDistribution | undefined): Distribution | null {
  if (written?.fixed !== undefined) return { kind: 'fixed', valueMs: written.fixed };
  if (written?.exponential !== undefined) return { kind: 'exponential', meanMs: written.exponential };
  if (written?.weibull !== undefined)
    return { kind: 'weibull', shape: written.weibull.shape, scaleMs: written.weibull.scale };
  return null;
}
