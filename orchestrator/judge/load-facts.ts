// What is known of a load that has ended: all that the rules of judging look at.
import type { MeasuredDelays } from '../delays/delays.ts';
import type { Delivery } from '../measure/generators/delivery.ts';
import type { FailedChanges } from '../measure/changes/failed-changes.ts';
import type { LoadFigures, ObjectiveResult, PhaseFigures } from '../measure/figures/figures.ts';
import type { FoundSaturations } from '../measure/saturation/find-saturation.ts';
import type { GeneratorLag } from '../measure/generators/generator-lag.ts';
import type { LostEvents } from '../measure/changes/lost-events.ts';
import type { SecondWitness } from '../measure/generators/second-witness.ts';
import type { WronglyAccepted } from '../measure/changes/wrongly-accepted.ts';
import type { UnseenFaults } from '../measure/impacts/unseen-faults.ts';
import type { Watched } from '../measure/saturation/watched.ts';
import type { CheckedRecords } from '../record/checked-records.ts';
import type { HostLoss } from '../record/host-losses.ts';
import type { HelperReturn } from './finding.ts';

export interface LoadFacts {
  readonly objectives: readonly ObjectiveResult[];
  readonly phases: readonly PhaseFigures[];
  /** Figures of each load over all of its time. */
  readonly loads: readonly LoadFigures[];
  readonly saturations: FoundSaturations;
  readonly watched: Watched;
  readonly witness: SecondWitness;
  /** Every load over all of its time. */
  readonly deliveries: readonly Delivery[];
  readonly lag: GeneratorLag;
  /** Exit codes of the generators that have ended. */
  readonly generators: readonly {
    readonly node: string;
    readonly exitCode: number;
    /** The kernel killed it for lack of memory. */
    readonly outOfMemory?: true;
    /** The script's own load went on after the last phase, and was ended. */
    readonly overran?: true;
    /** It was told to end early. */
    readonly stopped?: true;
  }[];
  readonly delays?: MeasuredDelays;
  /** Hosts that were lost meanwhile. */
  readonly hostLosses?: readonly HostLoss[];
  /** Each time that the helper died and came back. */
  readonly helperReturns?: readonly HelperReturn[];
  /** Changes of the plan that were not made. */
  readonly failedChanges?: FailedChanges;
  /** Faults that nobody saw bite, or end. */
  readonly unseenFaults?: UnseenFaults;
  /** What became of the records that the run itself has written; null where it wrote none, or nobody looked. */
  readonly records?: CheckedRecords | null;
  readonly lostEvents?: readonly LostEvents[];
  readonly wronglyAccepted?: WronglyAccepted;
  /** The objective that ended the run before its time. */
  readonly aborted?: { readonly objective: string; readonly offsetMs: number };
  /** Why nothing could be measured, where measuring itself failed. */
  readonly measuringError?: string;
}
