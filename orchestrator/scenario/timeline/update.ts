// An update of a group, once checked, with defaults filled in.
import type { Distribution, Program } from '../groups/group-common.ts';
import type { CHANGED } from './update-schema.ts';

export interface Update {
  /** What the nodes of the group run from then on. */
  readonly program: Program;
  /** What of it is not as before, in the order of the reference. */
  readonly changed: readonly (typeof CHANGED)[number][];
  readonly pace:
    | {
        readonly kind: 'rolling';
        /** Nodes that are replaced at the same time, 1 or more. */
        readonly parallelism: number;
        /** From the end of one replacement to the beginning of the next. */
        readonly delayMs: number;
      }
    /** Every node by itself: from the command until it is replaced. */
    | { readonly kind: 'own-time'; readonly spread: Distribution };
  readonly order: 'stop-first' | 'start-first';
  /** Shares rise, each above 0 and below 1. */
  readonly hold: readonly { readonly share: number; readonly forMs: number }[];
  readonly onFailure: 'pause' | 'continue' | 'rollback';
  /** A new node that exits by itself within this time of being ready has failed. */
  readonly monitorMs: number;
  /** 0 to 1, of the nodes that are to be replaced. */
  readonly maxFailureRatio: number;
}

/** The number of nodes of so many after which a hold begins. */
export function heldAt(share: number, nodes: number): number {
  return Math.min(nodes, Math.ceil(share * nodes));
}
