// How soon each fault of a finished run was detected and got over, by the fault's own id: for a Prometheus that outlives the run. Pure.
import type { RunEvent } from '../record/event.ts';
import type { SavedSamples } from '../record/samples.ts';
import { measureImpacts } from './measure-impacts.ts';
import { operationsOf } from './operations.ts';
import { faultsOf } from './run-faults.ts';

export interface FaultCost {
  /** `f1`. */
  readonly fault: string;
  readonly kind: string;
  /** From when it was seen to bite; null = not seen, or nothing to see. */
  readonly detectedAfterMs: number | null;
  /** From when it was seen to bite; null = not within the time. */
  readonly recoveredAfterMs: number | null;
}

/** @param loadMs the end of the load, milliseconds after its start. */
export function faultCosts(
  run: { readonly samples: SavedSamples | undefined; readonly events: readonly RunEvent[] },
  loadMs: number,
): FaultCost[] {
  const series = operationsOf(run);
  if (series === undefined) return [];
  return measureImpacts(series, faultsOf(run.events), loadMs).flatMap(({ fault, impact }) => {
    const { detectedAfterMs, recoveredAfterMs } = impact;
    return fault === null ? [] : [{ fault: fault.id, kind: fault.kind, detectedAfterMs, recoveredAfterMs }];
  });
}
