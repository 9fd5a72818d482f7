// A request of a canary, and what came of it.
import type { Right } from '../contract/access-rights.ts';

/** `failed`: neither let in nor refused. */
export type Outcome = 'served' | 'refused' | 'failed';

export interface Probe {
  readonly canary: string;
  readonly node: string;
  readonly right: Right;
  readonly sentMs: number;
  /** When the answer came; left out: at once. */
  readonly answeredMs?: number;
  readonly outcome: Outcome;
}
