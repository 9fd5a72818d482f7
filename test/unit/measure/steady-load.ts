import type { LoadCurve } from '../../../orchestrator/plan/plan.ts';

/** The load `users`, at one rate for as long as it lasts. */
export function steadyLoad(perSecond: number, durationMs: number): LoadCurve {
  return {
    load: 'users',
    unit: 'per-second',
    start: perSecond,
    stages: [{ durationMs, target: perSecond }],
  };
}
