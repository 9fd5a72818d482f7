// What the orchestrator and the canaries tell each other. Canaries are users of ours at every node, who ask all the time and note what was
// served and what was refused. They also hand in the changes of rights, so that one clock times both. Times are that clock's, milliseconds
// since 1970.
//
//   PUT  /nodes     CanaryNode[]   whom to ask from now on
//   PUT  /users     CanaryUser[]   as whom; asking begins
//   PUT  /tokens    CanaryToken[]  tokens in place of those that will expire
//   POST /changes   CanaryChange → CanaryReceipt
//   GET  /figures   → CanaryFigures
import type { Right } from './access-rights.ts';

/** Where canaries are told. */
export const canaryPort = 8090;
/** Counter {user, at, right, expected, outcome} of what the canaries asked for. */
export const canaryProbesMetric = 'topolab_canary_probes_total';

export interface NodeAddress {
  readonly node: string;
  readonly host: string;
  readonly port: number;
}

export interface CanaryNode extends NodeAddress {
  /** Whether it offers events: they are read and published. */
  readonly events: boolean;
  /** A file to ask for; null = it has none. */
  readonly file: string | null;
}

export interface CanaryUser {
  /** Of the canary: `bob`, or `bob, stolen token`. */
  readonly name: string;
  readonly token: string;
  /** What it asks for. */
  readonly asks: readonly Right[];
  /** What of that it may do at the start. */
  readonly may: readonly Right[];
  /** Requests to each node. */
  readonly perSecond: number;
  /** Whether it keeps a stream of events open at each node. */
  readonly streams: boolean;
  /** From when on its token is good for nothing, and why; 0 = from the start. null = by changes alone. */
  readonly ends: { readonly id: string; readonly atMs: number } | null;
}

export interface CanaryToken {
  /** Of the canary. */
  readonly name: string;
  readonly token: string;
}

export interface CanaryChange {
  /** Of the plan's action. */
  readonly id: string;
  /** What nodes are told; null where none needs to be. */
  readonly signed: string | null;
  /** One node of each list is told, the first that takes it. */
  readonly tell: readonly (readonly NodeAddress[])[];
  /** What changes for which canaries once it is acknowledged. */
  readonly effects: readonly {
    readonly name: string;
    readonly rights: readonly Right[];
    /** Its new token; null = the one that it has. */
    readonly token: string | null;
  }[];
}

export interface CanaryReceipt {
  /** The nodes that took it; none where none had to be told. */
  readonly told: readonly string[];
  readonly issuedAtMs: number;
  readonly acknowledgedAtMs: number;
}

/** Rights that a canary has lost: by a revocation, because its token expired, or because it never had any. */
export interface RightsLost {
  /** Of the plan's action; or `expired`, `forged` (a token that nobody signed), `not-granted` (rights that it does not have at the start). */
  readonly id: string;
  readonly canary: string;
  readonly rights: readonly Right[];
  readonly told: readonly string[];
  readonly issuedAtMs: number;
  readonly acknowledgedAtMs: number;
  /** Requests that were sent after the acknowledgement. */
  readonly nodes: readonly LostAtNode[];
  /** How long after the acknowledgement each request was sent that was served nevertheless; the first ones where there are too many. */
  readonly servedAfterMs: readonly number[];
  /** Messages that others wrote after the acknowledgement and that reached this canary. */
  readonly receivedAfterwards: number;
  /** Messages of this canary, written after the acknowledgement, that reached users of other nodes than the one that took them. */
  readonly spread: number;
  /** Streams of events that were open when the change was handed in. */
  readonly streams: {
    readonly open: number;
    readonly stillOpen: number;
    /** From the acknowledgement to the end of the last one that ended; null where none did. */
    readonly lastEndedAfterMs: number | null;
  };
}

export interface LostAtNode {
  readonly node: string;
  readonly probes: number;
  readonly served: number;
  /** Answered with neither a yes nor a no, or not at all. */
  readonly failed: number;
  /** When the last request was sent that was served, counted from the acknowledgement; null = none was. */
  readonly lastServedAfterMs: number | null;
  /** Whether the last request that was answered was served. */
  readonly stillServes: boolean;
}

export interface RightsGained {
  readonly id: string;
  readonly canary: string;
  readonly rights: readonly Right[];
  readonly told: readonly string[];
  readonly issuedAtMs: number;
  readonly acknowledgedAtMs: number;
  /** From the acknowledgement to the first request that was served; null = none was. */
  readonly nodes: readonly { readonly node: string; readonly servedAfterMs: number | null }[];
}

/** Of requests for what a canary may do, without those during a change of its rights. */
export interface Kept {
  readonly canary: string;
  readonly node: string;
  readonly served: number;
  readonly refused: number;
  readonly failed: number;
}

export interface CanaryFigures {
  readonly lost: readonly RightsLost[];
  readonly gained: readonly RightsGained[];
  readonly kept: readonly Kept[];
}
