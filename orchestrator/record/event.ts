// The events of a run, one JSON object a line in events.ndjson: the spine that verdicts and reports are rebuilt from.
// Append-only. `atMs` is wall-clock time of the orchestrator; `offsetMs` counts from the start of the load (null before).
import type { EngineDescription, ImageIdentity } from '../engine/engine.ts';
import type { MeasuredDelays } from '../delays/delays.ts';
import type { ruleOf } from '../faults/targets/target.ts';
import type { FaultMoment } from '../faults/fault-watch.ts';
import type { FaultName } from '../faults/registry.ts';
import type { Action } from '../plan/plan.ts';
import type { BackupType } from '../scenario/timeline/timeline.ts';
import type { SwitchCheck } from './switch-check.ts';
import type { CheckedRecords } from './checked-records.ts';
import type { RecordedAccess } from './access-figures.ts';
import type { NetworkGraph } from './network-graph.ts';

/** How the node of a kill was chosen; `churn` for one that leaves suddenly by itself. */
export type KillRule = ReturnType<typeof ruleOf> | 'churn';

/** Who invites: administrators do it at servers, members of a network of peers at their own. */
export type Inviter = 'administrator' | 'member';

/** An invitation that was used, has expired, or that nobody has issued; `none`: an operation of a user without any. */
export type EnrolmentProbe = 'used' | 'expired' | 'unknown' | 'none';

/** In their order; `launch` where servers join, `retire` where they leave, `hold` where the scenario has one. */
export type SwitchStep =
  | 'launch'
  | 'write to both'
  | 'copy'
  | 'hold'
  | 'read from the new'
  | 'write to the new alone'
  | 'retire';

export type RunOutcome = 'completed' | 'interrupted' | 'broken';

/** What a run was made of, in the words of the command line. */
export interface RunSource {
  /** As given: relative to the folder in which the command was called, or absolute. */
  readonly file: string;
  readonly set: Readonly<Record<string, string>>;
}

/** One of several hosts of a run. */
export interface RunHost {
  readonly name: string;
  readonly zone: string | null;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Its clock minus the orchestrator's, milliseconds. */
  readonly clockOffsetMs: number;
  /** That is off by no more. Absent from runs of earlier versions. */
  readonly clockErrorMs?: number;
  /** What came there. Absent from runs of earlier versions, where both did. */
  readonly use?: 'nodes' | 'generators' | 'both';
}

export type RunEventBody =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly scenario: string;
      readonly seed: number;
      /** The command's scenario file as it was named, and its `--set` values: how to run it again. Absent where it came otherwise. */
      readonly source?: RunSource;
      readonly versions: Readonly<Record<string, string>>;
      /** Reference → what it named in this run. Absent from runs of earlier versions. */
      readonly images?: Readonly<Record<string, ImageIdentity>>;
      /** That of the run's Prometheus. */
      readonly host: EngineDescription;
      /** All of them, that one first, where there are several. */
      readonly hosts?: readonly RunHost[];
      /** How containers were placed on several hosts: `--placement`. */
      readonly placement?: string;
      /** Where the command said that generators are to be, `--generators`; absent where it did not. */
      readonly generators?: string;
      /** Engine host's clock minus the orchestrator's, milliseconds. 0 where both are one machine. */
      readonly clockOffsetMs: number;
    }
  | { readonly type: 'step-started' | 'step-finished'; readonly step: string }
  | {
      readonly type: 'node-launched';
      readonly node: string;
      readonly group: string;
      readonly containerId: string;
      readonly image: string;
      /** Which of its group's programs it runs: 1 is what the group has at first. Absent from runs of earlier versions. */
      readonly revision?: number;
      readonly address: string;
      /** Name of the one of several hosts that it is on. Absent where there is but one, and from runs of earlier versions. */
      readonly host?: string;
    }
  | { readonly type: 'node-ready'; readonly node: string; readonly group: string; readonly tookMs: number }
  | {
      readonly type: 'node-exited';
      readonly node: string;
      readonly group: string;
      readonly exitCode: number | null;
      readonly expected: boolean;
    }
  /** A fault has ended its program. The node stays, and its program may be started again. */
  | {
      readonly type: 'node-down';
      readonly node: string;
      readonly group: string;
      readonly exitCode: number | null;
    }
  /** Its program was started again after a fault had ended it. That it is ready follows. */
  | {
      readonly type: 'node-up';
      readonly node: string;
      readonly group: string;
      /** Perhaps another one than before. */
      readonly address: string;
    }
  | { readonly type: 'node-out-of-memory'; readonly node: string; readonly group: string }
  /** SIGKILL was sent on purpose; the exit that follows is an expected one. */
  | {
      readonly type: 'node-killed';
      readonly node: string;
      readonly group: string;
      /** The rule that chose it; `churn` for a sudden leave. */
      readonly rule: KillRule;
    }
  /** A fault of the plan is on all the nodes that it hits: those that are there by then. What it does to users is counted from here. */
  | {
      readonly type: 'fault-began';
      /** `f1`, as in the plan. */
      readonly fault: string;
      readonly kind: FaultName;
      /** Names of the hosts that it hits, where it is one on hosts. */
      readonly hosts?: readonly string[];
      readonly nodes: readonly string[];
    }
  /** It has been taken back from those of its nodes that are still there. */
  | {
      readonly type: 'fault-ended';
      readonly fault: string;
      readonly kind: FaultName;
      readonly nodes: readonly string[];
    }
  /**
   * Somebody looked at a node that a fault hits, and saw it bite (`began`), or no longer do so after it was taken back (`ended`). Recorded when
   * the look was over. Absent from runs of earlier versions.
   */
  | {
      readonly type: 'fault-confirmed';
      readonly fault: string;
      readonly kind: FaultName;
      readonly node: string;
      readonly moment: FaultMoment;
      /** When that look began (of what strikes once, when it ended), milliseconds after the start of the load: it was so by then. null before it. */
      readonly seenMs: number | null;
      /** `a connection from the agent: silent; 3 packets dropped on arrival`. */
      readonly saw: string;
    }
  /** It was not seen to bite before it was over, or not seen to end within 10 s. */
  | {
      readonly type: 'fault-unconfirmed';
      readonly fault: string;
      readonly kind: FaultName;
      readonly node: string;
      readonly moment: FaultMoment;
      /** At the last look. */
      readonly saw: string;
      /** Other faults that were on the node then, and may have hidden it: their ids. */
      readonly besides: readonly string[];
    }
  /** A backup of a store was made: the first one, or one of the timeline. */
  | {
      readonly type: 'backup-made';
      readonly group: string;
      readonly kind: BackupType;
      readonly tookMs: number;
    }
  /** A destroyed store is back and takes writes. `copyMs`: how long it took to put its newest backup in place, before its log was replayed. */
  | {
      readonly type: 'store-restored';
      readonly group: string;
      readonly node: string;
      readonly copyMs: number;
    }
  /** What became of the records that the run itself has written, once all were read back after the load. */
  | ({ readonly type: 'records-checked' } & CheckedRecords)
  /** Somebody did something so that a node could join, at a node: counted for what enrolment takes. */
  | {
      readonly type: 'enrolment-step';
      /** The node that joins. */
      readonly node: string;
      readonly group: string;
      readonly who: Inviter | 'joiner';
      readonly what: 'invite' | 'hand over' | 'enrol';
      /** The node at which it was done. */
      readonly at: string;
    }
  /** A node says that it has got its credential. */
  | {
      readonly type: 'node-enrolled';
      readonly node: string;
      readonly group: string;
      /** The node that let it in. */
      readonly by: string;
      /** Milliseconds since 1970, by the clock of the first host. */
      readonly enrolledAtMs: number;
    }
  /** What must be refused was tried at a node. */
  | {
      readonly type: 'enrolment-probed';
      /** With whose invitation, or after whose enrolment. */
      readonly node: string;
      readonly group: string;
      readonly invitation: EnrolmentProbe;
      readonly at: string;
      /** HTTP status of the answer. */
      readonly status: number;
      readonly refused: boolean;
    }
  /** A new node of an update has failed. It is taken away. */
  | {
      readonly type: 'update-failed';
      readonly update: string;
      readonly node: string;
      readonly group: string;
      readonly why: string;
    }
  /** An update is taken back from here on: those that have it get back what they had. */
  | { readonly type: 'update-rolling-back'; readonly update: string }
  /** An update ends before all nodes have it, or all have got back what they had. */
  | { readonly type: 'update-ended'; readonly update: string; readonly outcome: 'paused' | 'rolled-back' }
  /** A step of a switch is done by all nodes, and the next one begins. */
  | {
      readonly type: 'switch-step';
      /** `s1`, as in the plan. */
      readonly switch: string;
      readonly step: SwitchStep;
      readonly tookMs: number;
    }
  /** A node says when it had first served the way to which its network was switched. */
  | {
      readonly type: 'switch-served';
      readonly switch: string;
      readonly node: string;
      /** Milliseconds since 1970, by the clock of the first host. */
      readonly servedAtMs: number;
    }
  /** `taken-back`: a step failed, and the network serves the old way again. */
  | { readonly type: 'switch-ended'; readonly switch: string; readonly outcome: 'switched' | 'taken-back' }
  /** What has become of all that was acknowledged by the end of a switch, looked at right after it. */
  | ({ readonly type: 'switch-checked'; readonly switch: string } & SwitchCheck)
  /** It gets no new requests from here on, and is stopped once those it has are answered. Absent from runs of earlier versions. */
  | { readonly type: 'node-leaving'; readonly node: string; readonly group: string }
  | { readonly type: 'node-left'; readonly node: string; readonly group: string }
  /** Offset 0: the moment at which the generators begin. */
  | { readonly type: 'load-started' }
  | {
      readonly type: 'load-ended';
      readonly generators: readonly {
        readonly node: string;
        readonly exitCode: number;
        readonly overran?: true;
        readonly outOfMemory?: true;
        readonly stopped?: true;
      }[];
    }
  /** An objective was missed that is to end the run then. */
  | {
      readonly type: 'run-aborted';
      /** Its name. */
      readonly objective: string;
      /** What it had come to, in the unit of its bound; null where that is no number. */
      readonly measured: number | null;
    }
  | { readonly type: 'phase-started'; readonly phase: string }
  | {
      readonly type: 'action-started';
      readonly action: Action;
      readonly plannedMs: number;
      readonly startedMs: number;
    }
  | {
      readonly type: 'action-finished';
      readonly action: Action;
      readonly plannedMs: number;
      readonly startedMs: number;
      readonly finishedMs: number;
      /** Absent where it succeeded. A failed action does not end the run. */
      readonly error?: string;
      /** The code of that error; absent where it has none, and from runs of earlier versions. */
      readonly errorCode?: string;
    }
  /** Who was connected to whom, as the nodes themselves told when they were asked. */
  | ({
      readonly type: 'network-seen';
      /** Why they were asked then: `start-up`, `connected`, `end of phase calm`, `after a3`. */
      readonly moment: string;
    } & NetworkGraph)
  /** The helper that changes nodes' networks died and was started again; faults and links stayed in force, delays by its program did not. */
  | {
      readonly type: 'helper-returned';
      /** When it was gone, milliseconds after the start of the load; null before it. */
      readonly goneMs: number | null;
      /** Until everything was applied anew. */
      readonly awayMs: number;
      /** Nodes whose packets were not delayed meanwhile. */
      readonly undelayed: readonly string[];
    }
  /** A host other than the first was lost in the middle of the run, which went on without it where it could. */
  | {
      readonly type: 'host-gone';
      readonly host: string;
      /** Since when nothing was heard from there, milliseconds after the start of the load; null before it. */
      readonly goneMs: number | null;
      /** Nodes that went with it; each counts as killed. */
      readonly nodes: readonly string[];
      /** Generators and canaries that did: without them nothing is measured, and the load ends. */
      readonly needed: readonly string[];
    }
  /** A change of rights was acknowledged by the nodes that were told. */
  | {
      readonly type: 'access-changed';
      /** `c1`, as in the plan. */
      readonly change: string;
      readonly told: readonly string[];
      readonly issuedMs: number;
      readonly acknowledgedMs: number;
      /** Nodes that keep or remember what users may do. */
      readonly keepers: number;
    }
  /** What canaries were let do that they may do, and may not. */
  | ({ readonly type: 'access-measured' } & RecordedAccess)
  /** How packets of nodes with a delay were delayed over the load. */
  | ({ readonly type: 'delays-measured' } & MeasuredDelays)
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'run-ended'; readonly outcome: RunOutcome; readonly error?: string };

export type RunEvent = RunEventBody & {
  /** Milliseconds since 1970, orchestrator's clock. */
  readonly atMs: number;
  /** Milliseconds since the start of the load; null before it. */
  readonly offsetMs: number | null;
};
