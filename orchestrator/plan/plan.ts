// The plan: everything that will happen in a run, as plain timed actions, known before anything is launched.
import type { Topology } from '../../node-image/contract/way.ts';
import type { Right } from '../../node-image/contract/access-rights.ts';
import { type Fault, kindOf } from '../faults/registry.ts';
import type { Update } from '../scenario/timeline/update.ts';
import type { Stage } from '../scenario/load/load.ts';
import type { BackupType, Phase } from '../scenario/timeline/timeline.ts';
import type { PlacedNeed } from './host-needs.ts';

/** What one action does. Node names are decided here, so that a plan can be read without running it. */
export type ActionChange =
  | {
      readonly kind: 'scale-out';
      readonly group: string;
      readonly from: number;
      readonly to: number;
      /** Nodes that join, `<group>-<number>`, numbers never reused within a run. */
      readonly nodes: readonly string[];
    }
  | {
      readonly kind: 'scale-in';
      readonly group: string;
      readonly from: number;
      readonly to: number;
      /** Nodes that leave, the newest first. */
      readonly nodes: readonly string[];
    }
  | {
      readonly kind: 'resize';
      readonly group: string;
      /** New limits; null = as before. Nodes that join later get them too. */
      readonly cpus: number | null;
      readonly memoryBytes: number | null;
      readonly nodes: readonly string[];
    }
  /** One node comes by itself (churn), or in place of a killed one. */
  | {
      readonly kind: 'join';
      readonly group: string;
      /** Nodes of the group before and after. */
      readonly from: number;
      readonly to: number;
      readonly nodes: readonly [string];
    }
  /** One node goes by itself (churn). Nothing happens where a deferred kill has taken it before. */
  | {
      readonly kind: 'leave';
      readonly group: string;
      readonly from: number;
      readonly to: number;
      readonly nodes: readonly [string];
      /** `clean`: the image's stop signal and the group's grace; `kill`: SIGKILL. */
      readonly how: 'clean' | 'kill';
    }
  /** A backup of a store is made. */
  | {
      readonly kind: 'backup';
      readonly group: string;
      readonly type: BackupType;
      readonly nodes: readonly string[];
    }
  /** A destroyed store comes back: a new node with what its backup holds. */
  | {
      readonly kind: 'restore';
      readonly group: string;
      readonly from: number;
      readonly to: number;
      readonly nodes: readonly [string];
    }
  /**
   * A group gets another program. Rolling, the action lasts until the last node has been replaced; where each is replaced in its own time, by
   * `replace` actions of its own. One update of a group begins when the one before it is over.
   */
  | {
      readonly kind: 'update';
      /** `u1`, `u2`, … in order of beginning. */
      readonly id: string;
      readonly group: string;
      readonly update: PlannedUpdate;
      /** Of the scenario, where the whole program stands: `timeline[0]`. */
      readonly source: string;
      /** In this order; none where each comes in its own time. */
      readonly replacements: readonly Replacement[];
      /** Nodes that join by it. */
      readonly nodes: readonly string[];
    }
  /** One node is replaced in its own time by one that runs what the group has got by then. */
  | {
      readonly kind: 'replace';
      /** Of the update that it belongs to. */
      readonly update: string;
      readonly group: string;
      readonly replacement: Replacement;
      /** The node that joins. */
      readonly nodes: readonly [string];
    }
  /**
   * A network changes how it serves: what its users' nodes kept with servers they keep among themselves from then on, or the other way round. It lasts
   * until the old way has gone.
   */
  | {
      readonly kind: 'switch';
      /** `s1`, `s2`, … in order of beginning. */
      readonly id: string;
      readonly group: string;
      readonly topology: Topology;
      /** How long both ways are kept, once each has everything. */
      readonly holdMs: number;
      /** Nodes of the users, which stay. */
      readonly nodes: readonly string[];
      /** What serves the old way and leaves in the end, or the new one and joins at first, in the order in which groups are launched. */
      readonly service: readonly { readonly group: string; readonly nodes: readonly string[] }[];
    }
  /** What a user may do changes. */
  | {
      readonly kind: 'grant' | 'revoke';
      /** `c1`, `c2`, … in order of time. */
      readonly id: string;
      readonly user: string;
      /** Those that are given or taken; of a revoked token, those that the user keeps. */
      readonly rights: readonly Right[];
      /** All that the user has afterwards. */
      readonly after: readonly Right[];
      /** Only the token is revoked: the user gets another one. */
      readonly tokenOnly: boolean;
      /**
       * Nodes that are told, drawn from the seed: of those that keep a policy for all, one. Those that follow in a list stand in for one that is
       * not there. None where a change travels with the user's token alone.
       */
      readonly tell: readonly (readonly string[])[];
      /** The first of each list. */
      readonly nodes: readonly string[];
    }
  /** A fault begins, or strikes once. What takes nodes leaves them out of later actions; those that replace them are `join` actions. */
  | {
      readonly kind: 'fault';
      /** `f1`, `f2`, … in order of beginning. */
      readonly id: string;
      readonly fault: Fault;
      /**
       * The nodes that it hits. Empty where they are known only at run time (`best-connected`): those that such a fault takes
       * may still stand in later actions, which then leave them out.
       */
      readonly nodes: readonly string[];
      /** Whether nodes that join its groups while it lasts are hit too. */
      readonly newcomers: boolean;
      /** Where it moves nodes: names for those that take their places, as many in each group as it could hit. */
      readonly spares?: readonly { readonly group: string; readonly nodes: readonly string[] }[];
    }
  /** A fault is taken back. */
  | {
      readonly kind: 'fault-end';
      readonly id: string;
      readonly fault: Fault;
      /** The nodes that were hit and are still meant to be there. */
      readonly nodes: readonly string[];
    };

/** A change of what a user may do. */
export type AccessAction = Extract<ActionChange, { readonly kind: 'grant' | 'revoke' }>;

/** What changes the state of a group: what is planned, and what a run comes to by itself. */
export type StateChange =
  | ActionChange
  /** An update is taken back: the group has what it had before. */
  | { readonly kind: 'roll-back'; readonly group: string; readonly update: string };

/** Without variables and command, which may be secret: plans and events are kept. */
export interface PlannedUpdate extends Omit<Update, 'program'> {
  readonly program: Pick<Update['program'], 'image' | 'foreignImage' | 'version'>;
}

/** A node makes room for another one, under a name of its own: a name means one container in logs and metrics of a run. */
export interface Replacement {
  readonly node: string;
  readonly by: string;
  /** The name of the one that takes its place again if the update is rolled back; null where it would not be. */
  readonly back: string | null;
}

/** The groups that a change is to; none where that is known only at run time. */
export function groupsOf(change: StateChange): readonly string[] {
  if (change.kind === 'switch') return [change.group, ...change.service.map(({ group }) => group)];
  if ('group' in change) return [change.group];
  return 'fault' in change ? change.fault.target.groups : [];
}

/** What a change is called in metrics: `scale-out`, and for faults the kind, `pause` and `pause-end`. */
export function nameOfChange(change: ActionChange): string {
  if (change.kind === 'fault') return change.fault.kind;
  return change.kind === 'fault-end' ? `${change.fault.kind}-end` : change.kind;
}

/** Whether a change hurts, rather than make the system another one or take something back. */
export function disturbs(change: ActionChange): boolean {
  return change.kind === 'fault' && !kindOf(change.fault).shapes(change.fault);
}

/** Whether it is a fault that stays on its nodes until it is taken back or the run ends. */
export function lasts(change: ActionChange): change is Extract<ActionChange, { kind: 'fault' }> {
  return change.kind === 'fault' && kindOf(change.fault).effect.kind === 'lasting';
}

export interface Action {
  /** `a1`, `a2`, … in order of time. */
  readonly id: string;
  /** Milliseconds after the start of the load. */
  readonly offsetMs: number;
  readonly change: ActionChange;
  /** The scenario entry it came from: `timeline[0]`. */
  readonly source: string;
  /** One line for people: `scale servers 1 → 2`. */
  readonly summary: string;
}

/** The intended load as a piecewise linear curve, for the report, the live view and the offered-rate metric. */
export interface LoadCurve {
  readonly load: string;
  readonly unit: 'per-second' | 'virtual-users' | 'unknown';
  /** It ends once its work is done, which may be before its last stage does. */
  readonly mayEndEarly?: true;
  readonly start: number;
  readonly stages: readonly Stage[];
}

export interface Plan {
  readonly scenario: string;
  readonly seed: number;
  readonly durationMs: number;
  /** Nodes launched before the load starts, in launch order. */
  readonly initialNodes: readonly { readonly group: string; readonly nodes: readonly string[] }[];
  readonly phases: readonly Phase[];
  readonly loads: readonly LoadCurve[];
  /** What the engine's host must have; asked of it before the launch. */
  readonly needs: readonly PlacedNeed[];
  /** Sorted by offset; actions with the same offset keep the order of the scenario. */
  readonly actions: readonly Action[];
}
