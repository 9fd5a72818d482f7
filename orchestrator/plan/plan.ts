// The plan: everything that will happen in a run, as plain timed actions, known before anything is launched.
import type { KillRule, Phase } from '../scenario/timeline/timeline.ts';
import type { Link } from '../scenario/groups/group.ts';
import type { Stage } from '../scenario/load/load.ts';
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
      /** `clean`: SIGTERM and the group's grace; `kill`: SIGKILL. */
      readonly how: 'clean' | 'kill';
    }
  | {
      readonly kind: 'link';
      readonly group: string;
      /** The whole link from now on. Nodes that join later get it too. */
      readonly link: Link;
      readonly nodes: readonly string[];
    }
  | {
      readonly kind: 'kill';
      /** Null only where it is deferred and the scenario names no group. */
      readonly group: string | null;
      readonly rule: KillRule;
      readonly count: number;
      /**
       * The nodes to kill. Empty = deferred: they are known only at run time (`best-connected`); nodes that such a kill has
       * taken may still stand in later actions, which then leave them out. Replacements are `join` actions of the plan.
       */
      readonly nodes: readonly string[];
    };

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
  /** Sorted by offset; actions with the same offset keep the order of the scenario. */
  readonly actions: readonly Action[];
}
