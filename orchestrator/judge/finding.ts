// What judging finds, as data: a code and the figures that belong to it. Code branches on codes; words.ts puts them into sentences.
import type { Growth } from '../measure/growth/growth.ts';
import type {
  CheckCounts,
  IterationCounts,
  LateChange,
  ObjectiveResult,
  Saturation,
} from '../measure/figures/figures.ts';
import type { FailedChange } from '../measure/changes/failed-changes.ts';
import type { LateStarts, Standstill } from '../measure/generators/generator-lag.ts';
import type { NodeDelays } from '../delays/delays.ts';
import type { Disagreement } from '../measure/generators/second-witness.ts';
import type { UnseenFault } from '../measure/impacts/unseen-faults.ts';
import type { BlindSpot, Gap } from '../measure/saturation/watched.ts';
import type { HostLoss } from '../record/host-losses.ts';
import type { LostRecords } from '../record/checked-records.ts';
import type { AcceptedInvitations } from '../measure/changes/wrongly-accepted.ts';
import type { LostEvents } from '../measure/changes/lost-events.ts';

export interface ExitedNode {
  readonly node: string;
  readonly group: string;
  /** Null where the engine did not tell. */
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  /** Milliseconds after the start of the load; null before it. */
  readonly offsetMs: number | null;
}

/** The helper that changes nodes' networks died, and was started again. */
export interface HelperReturn {
  /** Milliseconds after the start of the load; null before it. */
  readonly goneMs: number | null;
  readonly awayMs: number;
  /** Nodes whose packets were not delayed meanwhile. */
  readonly undelayed: readonly string[];
}

export type Finding =
  /** A host was lost in mid-run: it is said first, and decides nothing unless what measures went with it. */
  | ({ readonly code: 'host-gone' } & Pick<HostLoss, 'host' | 'goneMs' | 'nodes' | 'needed'>)
  | { readonly code: 'broken'; readonly error: string | null }
  | { readonly code: 'interrupted' }
  /** Measuring itself failed. */
  | { readonly code: 'not-measured'; readonly error: string }
  | {
      readonly code: 'generator-failed';
      readonly node: string;
      readonly exitCode: number;
      /** Absent from runs of earlier versions. */
      readonly outOfMemory?: boolean;
    }
  | { readonly code: 'no-samples'; readonly objective: string; readonly why: string | null }
  | { readonly code: 'load-not-seen'; readonly load: string }
  /** Iterations of the load were done, and nobody was asked anything. */
  | {
      readonly code: 'asked-nothing';
      readonly load: string;
      /** An objective measures it all the same, by what the script itself tells. */
      readonly isMeasured?: boolean;
    }
  /** It sent messages over WebSockets, and nobody ever sent one back. */
  | { readonly code: 'heard-nothing'; readonly load: string }
  | { readonly code: 'host-not-watched' }
  /** Nothing was scraped for more than a tenth of the load (it might hide anything), or less (`not-watched-briefly`). */
  | {
      readonly code: 'not-watched' | 'not-watched-briefly';
      readonly gaps: readonly Gap[];
      readonly unwatchedShare: number;
    }
  | { readonly code: 'nodes-not-watched'; readonly blindSpots: readonly BlindSpot[] }
  /** Packets that reached these nodes were not delayed as asked. */
  | { readonly code: 'delays-not-as-asked'; readonly nodes: readonly NodeDelays[] }
  /** The helper died and came back: its nodes were not delayed meanwhile, or nothing was missing (`helper-returned`). */
  | { readonly code: 'delays-interrupted' | 'helper-returned'; readonly returns: readonly HelperReturn[] }
  /** The helper that delays packets had gone. */
  | { readonly code: 'delays-lost'; readonly error: string }
  /** Faults that were not seen to bite while they were in force: what was measured is not what they do. */
  | { readonly code: 'faults-not-seen'; readonly faults: readonly UnseenFault[] }
  /** Faults that were taken back, and not seen to be over: what was measured afterwards is not what comes after them. */
  | { readonly code: 'faults-not-seen-to-end'; readonly faults: readonly UnseenFault[] }
  /** Faults of which nobody could tell whether they bit, or were over: others on the same node may have hidden it, or the load ended. */
  | { readonly code: 'faults-hidden' | 'fault-ends-untold'; readonly faults: readonly UnseenFault[] }
  /** Changes of the plan that Topolab, the engine or the host could not make: the system that was measured is not the one that was planned. */
  | { readonly code: 'plan-not-carried-out'; readonly changes: readonly FailedChange[] }
  | { readonly code: 'generators-not-watched'; readonly nodes: readonly string[] }
  /** Prometheus and the generators' own summaries differ. */
  | { readonly code: 'witnesses-disagree'; readonly disagreements: readonly Disagreement[] }
  | { readonly code: 'no-second-witness'; readonly nodes: readonly string[] }
  | { readonly code: 'generators-stood-still'; readonly standstills: readonly Standstill[] }
  | ({ readonly code: 'started-late' } & LateStarts)
  | { readonly code: 'generator-short-of-cpu'; readonly saturation: Saturation }
  | { readonly code: 'host-filled-by-others'; readonly saturation: Saturation }
  | { readonly code: 'host-stolen'; readonly saturation: Saturation }
  /** `missing`: iterations of the `asked` ones that were not started. `phases`: those of them alone, where objectives ask for what was delivered in others. */
  | {
      readonly code: 'not-delivered';
      readonly load: string;
      readonly asked: number;
      readonly missing: number;
      readonly phases?: readonly string[];
      /** Its script has scenarios of its own. */
      readonly ofScript?: true;
    }
  | { readonly code: 'objective-missed'; readonly result: ObjectiveResult }
  /** Changes that the plan asks of the system, and that it could not make. */
  | { readonly code: 'changes-failed'; readonly changes: readonly FailedChange[] }
  /** The script called `exec.test.fail()` on these generators. */
  | { readonly code: 'failed-by-script'; readonly nodes: readonly string[] }
  /** An objective that is to end the run where it is missed did so. */
  | { readonly code: 'aborted'; readonly objective: string; readonly offsetMs: number }
  /** Work in flight grew while one rate was offered: it can't go on. `likely`: the longest look there was could not tell for sure. */
  | {
      readonly code: 'not-sustained';
      readonly growth: Growth;
      readonly offeredPerSecond: number;
      readonly likely: boolean;
    }
  /** Every objective held for as long as was looked, which was too short to tell whether the rate could go on. */
  | { readonly code: 'too-short-to-tell'; readonly growth: Growth }
  /** A study gave fewer virtual users than the rate and the longest wait need. */
  | { readonly code: 'users-bounded'; readonly users: number; readonly wanted: number }
  /** Nobody was answered, or too few to tell: there is no figure because users were not served. */
  | {
      readonly code: 'not-answered';
      readonly objective: string;
      readonly phase: string | null;
      readonly why: string;
    }
  /** More than half of a load failed, and no objective allows it. */
  | { readonly code: 'mostly-failed'; readonly load: string; readonly errorShare: number }
  /** Nodes ended by themselves: nobody had asked for it. In order of time. */
  | { readonly code: 'nodes-exited'; readonly nodes: readonly ExitedNode[] }
  /** Checks of the script failed, and no objective asks about them. */
  | { readonly code: 'checks-failing'; readonly checks: readonly CheckCounts[] }
  /** Answers with these statuses, of 400 and more, counted as served because the script expects them. `answers`: all that came. */
  | {
      readonly code: 'errors-accepted';
      readonly load: string;
      readonly answers: number;
      readonly statuses: Readonly<Record<string, number>>;
    }
  /** Records that the run had written itself were acknowledged and could not be read any more, and no objective asks about them. */
  | ({ readonly code: 'records-lost'; readonly acknowledged: number } & LostRecords)
  /** Events that the run had published itself were lost, doubled or not handed out when the network had been switched. */
  | { readonly code: 'events-lost'; readonly switches: readonly LostEvents[] }
  /** Canaries were served, beyond what `cache` allows, what they had no right to, and no objective asks about it. */
  | { readonly code: 'unauthorised-served'; readonly requests: number }
  /** Used, expired or made-up invitations were accepted, or operations without any. */
  | { readonly code: 'invitations-accepted'; readonly invitations: readonly AcceptedInvitations[] }
  /** Less was served than was offered. */
  | {
      readonly code: 'not-served';
      readonly load: string;
      readonly servedShare: number;
      readonly iterations: IterationCounts;
    }
  /** Changes begun in a phase ended after it. */
  | {
      readonly code: 'changed-late';
      readonly phase: string;
      readonly changes: readonly LateChange[];
    }
  /** Users of a closed load spent this share of their time on requests that were never answered. */
  | { readonly code: 'users-hung'; readonly load: string; readonly hungShare: number }
  /** Users of a closed load spent this share of their time waiting for answers that began only after `LONG_WAIT_MS`. */
  | { readonly code: 'users-waited'; readonly load: string; readonly waitedShare: number }
  | { readonly code: 'no-objectives' }
  /** Objectives on counters that nothing has ever raised. */
  | { readonly code: 'never-counted'; readonly objectives: readonly string[] }
  /** The script's own load went on after the last phase, and was ended. */
  | { readonly code: 'load-overran'; readonly nodes: readonly string[] }
  | { readonly code: 'saturated'; readonly saturation: Saturation };
