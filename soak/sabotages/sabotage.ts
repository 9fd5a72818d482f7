// One sabotage: a run in which something is broken on purpose, and the verdict that is right. Rows of these are in users.ts, changes.ts, scripts.ts,
// generators.ts and observers.ts.
import type Docker from 'dockerode';
import type { Engine, Leftovers } from '../../orchestrator/engine/engine.ts';
import type { Finding } from '../../orchestrator/judge/finding.ts';
import type { Verdict } from '../../orchestrator/judge/verdict.ts';
import type { ScenarioInput } from '../../orchestrator/scenario/schema.ts';

export interface SabotagedRun {
  readonly engine: Engine;
  readonly docker: Docker;
  readonly run: string;
  /** A node's container, by the name of the node. */
  readonly container: (node: string) => Promise<Leftovers['containers'][number]>;
  /** Aborts when the run is over. */
  readonly over: AbortSignal;
}

/** What a run may end with: its verdict, or that it was refused before anything was launched. */
export type Outcome = Verdict['outcome'] | 'refused';

export interface Right {
  readonly outcome: Outcome | readonly Outcome[];
  /** What must stand among the reasons: a finding's code. */
  readonly code?: Finding['code'];
  /** What must stand in the message, where the run is refused or broken. */
  readonly says?: RegExp;
}

export interface Sabotage {
  /** What is broken, and how: a row of docs/validity.md. */
  readonly breaks: string;
  readonly right: Right;
  /** Parts of the scenario that differ from the usual one. */
  readonly scenario?: Partial<ScenarioInput>;
  /** The load's fields that differ. */
  readonly load?: Readonly<Record<string, unknown>>;
  /** The k6 script; default: one request an iteration. */
  readonly script?: string;
  /** Further files beside the script, by their names. */
  readonly files?: Readonly<Record<string, string>>;
  /** What is done once the load goes on, 3 s after its start. */
  readonly act?: (run: SabotagedRun) => Promise<void>;
  /** Among the few that run with every change. */
  readonly short?: true;
}
