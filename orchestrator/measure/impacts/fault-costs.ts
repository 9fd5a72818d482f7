// What each fault of a finished run cost, by the fault's own id: for a Prometheus that outlives the run. Pure.
import type { RunEvent } from '../../record/event.ts';
import type { SavedSamples } from '../../record/samples.ts';
import type { FaultCost as MeasuredCost } from '../figures/figures.ts';
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
  /** From when it was taken back; null = not within the time, or it was not. */
  readonly recoveredAfterEndMs: number | null;
  /** Operations that failed or hung. */
  readonly lost: number;
  /** Operations that were answered late; null = not measured. */
  readonly slow: number | null;
  /** Of the users, 0 to 1; null = not measured. */
  readonly usersTouchedShare: number | null;
}

interface FinishedRun {
  readonly samples: SavedSamples | undefined;
  readonly events: readonly RunEvent[];
  readonly verdict?: { readonly faultCosts?: readonly MeasuredCost[] } | undefined;
}

/** @param loadMs the end of the load, milliseconds after its start. */
export function faultCosts(run: FinishedRun, loadMs: number): FaultCost[] {
  const series = operationsOf(run);
  if (series === undefined) return [];
  const measured = new Map(run.verdict?.faultCosts?.map((cost) => [cost.id, cost]));
  return measureImpacts(series, faultsOf(run.events), loadMs).flatMap(
    ({ id, fault, impact, recoveredAfterEndMs }) => {
      if (fault === null) return [];
      const { detectedAfterMs, recoveredAfterMs, lost } = impact;
      const { slow = null, users = null } = measured.get(id) ?? {};
      const cost = {
        detectedAfterMs,
        recoveredAfterMs,
        recoveredAfterEndMs,
        lost,
        slow: slow?.count ?? null,
        usersTouchedShare: users === null ? null : users.touched / users.all,
      };
      return [{ fault: fault.id, kind: fault.kind, ...cost }];
    },
  );
}
