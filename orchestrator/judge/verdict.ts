// The verdict of a run: what the objectives came to, and whether the measurement can be believed at all.
import type {
  FaultCost,
  Figures,
  LoadFigures,
  ObjectiveResult,
  PhaseFigures,
  Saturation,
} from '../measure/figures/figures.ts';
import type { Finding } from './finding.ts';

/** The content of verdict.json. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'invalid' | 'interrupted' | 'broken';
  readonly exitCode: number;
  /** Sentences that say why, the weightiest first. Empty where it passed without remarks. */
  readonly reasons: readonly string[];
  /** The same as data, in the same order. Absent from runs of earlier versions. */
  readonly findings?: readonly Finding[];
  readonly objectives: readonly ObjectiveResult[];
  readonly phases: readonly PhaseFigures[];
  /** Figures of all of the load; null where nothing was measured. Absent from runs of earlier versions, like `loads`. */
  readonly whole?: Figures | null;
  readonly loads?: readonly LoadFigures[];
  /** What each fault cost beside the operations that it lost. Absent from runs of earlier versions. */
  readonly faultCosts?: readonly FaultCost[];
  /** The first resource of the whole run to run out; null = nothing did. */
  readonly firstSaturated: Saturation | null;
}
