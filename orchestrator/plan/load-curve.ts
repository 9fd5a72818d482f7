// The intended load at any time, from the piecewise linear curve of a plan: what "delivered" is judged against.
import type { Group } from '../scenario/groups/group.ts';
import type { Load } from '../scenario/load/load.ts';
import type { LoadCurve } from './plan.ts';

/** The curve of a load. `groups`: where its target is, whose nodes are the users of the model `each-node`. */
export function curveOf({ name, model, target }: Load, groups: readonly Group[]): LoadCurve {
  switch (model.kind) {
    case 'open':
      return { load: name, unit: 'per-second', start: model.startRate, stages: model.stages };
    case 'closed':
      return { load: name, unit: 'virtual-users', start: model.startVirtualUsers, stages: model.stages };
    case 'each-node': {
      const users = groups.find((group) => group.name === target)?.replicas ?? 0;
      const stages = [{ durationMs: model.maxDurationMs, target: users }];
      return { load: name, unit: 'virtual-users', mayEndEarly: true, start: users, stages };
    }
    case 'script':
      return { load: name, unit: 'unknown', mayEndEarly: true, start: 0, stages: [] };
  }
}

/** A stretch of the curve on which the load changes evenly. */
interface Ramp {
  readonly fromMs: number;
  readonly toMs: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Iterations per second (open) or virtual users (closed) at an offset from the start of the load. Where a stage of no
 * length jumps, the value after the jump. 0 before the start, after the last stage, and where the unit is `unknown`.
 */
export function offeredAt(curve: LoadCurve, offsetMs: number): number {
  const ramps = rampsOf(curve);
  const ramp = ramps.findLast((each) => each.fromMs <= offsetMs);
  if (ramp === undefined || offsetMs < 0 || offsetMs > ramp.toMs) return 0;
  return valueAt(ramp, offsetMs);
}

/**
 * The exact integral of the curve over a window: iterations (open) or virtual-user seconds (closed). Each ramp adds a
 * trapezoid. 0 beyond the ends, and where the unit is `unknown`.
 */
export function offeredBetween(curve: LoadCurve, fromMs: number, toMs: number): number {
  return rampsOf(curve).reduce((sum, ramp) => {
    const startMs = Math.max(fromMs, ramp.fromMs);
    const endMs = Math.min(toMs, ramp.toMs);
    if (endMs <= startMs) return sum;
    const mean = (valueAt(ramp, startMs) + valueAt(ramp, endMs)) / 2;
    return sum + (mean * (endMs - startMs)) / 1000;
  }, 0);
}

/** The highest value that the curve reaches. */
export function peakOf(curve: LoadCurve): number {
  return curve.stages.reduce(
    (peak, stage) => Math.max(peak, stage.target),
    curve.stages.length === 0 ? 0 : curve.start,
  );
}

function rampsOf(curve: LoadCurve): Ramp[] {
  if (curve.unit === 'unknown') return [];
  let fromMs = 0;
  let start = curve.start;
  return curve.stages.map(({ durationMs, target }) => {
    const ramp = { fromMs, toMs: fromMs + durationMs, start, end: target };
    fromMs = ramp.toMs;
    start = target;
    return ramp;
  });
}

function valueAt({ fromMs, toMs, start, end }: Ramp, offsetMs: number): number {
  return toMs === fromMs ? end : start + ((end - start) * (offsetMs - fromMs)) / (toMs - fromMs);
}
