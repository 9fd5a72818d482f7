// A request of a canary, and what came of it.
import type { Right } from '../contract/access-rights.ts';

/** `failed`: neither let in nor refused. */
export type Outcome = 'served' | 'refused' | 'failed';

export interface Probe {
  readonly canary: string;
  readonly node: string;
  readonly right: Right;
  readonly sentMs: number;
  readonly outcome: Outcome;
}
