// Sizes take turns, trial by trial in an order drawn anew each round, so that a host that slows down or speeds up does not favour one
// of them. Time that runs out leaves every size with about as many trials.
import type { Probe } from '../capacity/probe.ts';
import type { Random } from '../capacity/random.ts';
import type { TimeBudget } from '../trials/time-budget.ts';
import { type Ended, timeLeft } from '../trials/time-left.ts';
import type { SizeSearch } from './replay.ts';

export interface TurnsOptions {
  readonly random: Random;
  /** Default: there is time for all of them. */
  readonly budget?: TimeBudget | undefined;
  /** Runs the probes of a trial. Returns false where it was left before its end, for lack of time. */
  readonly runTrial: (turn: SizeSearch, first: Probe) => Promise<boolean>;
  readonly nowMs?: () => number;
}

/** Resolves when every search has ended, or when there is no time for another trial. */
export async function takeTurns(
  searches: readonly SizeSearch[],
  { random, budget, runTrial, nowMs = Date.now }: TurnsOptions,
): Promise<void> {
  const further: Ended[] = [];
  for (;;) {
    const open = searches.filter(({ search }) => search.next().kind === 'probe');
    if (open.length === 0) return;
    for (const turn of random.shuffled(open)) {
      const first = turn.search.next();
      if (first.kind === 'done') continue;
      if (budget !== undefined && budget.leftMs < timeFor(first, further)) return;
      const startedAtMs = nowMs();
      if (!(await runTrial(turn, first))) return;
      if (first.trial > 1) further.push({ kind: FURTHER, tookMs: nowMs() - startedAtMs });
    }
  }
}

const FURTHER = 'further';

/**
 * How long a trial should have. The first one of a size looks for the neighbourhood of its capacity, for nobody knows how long, and
 * without it the size has none: it is worth what is left. The others take as long as each other.
 */
function timeFor(first: Probe, further: readonly Ended[]): number {
  const leastMs = 2 * (first.settleMs + first.measureMs);
  return first.trial === 1 ? leastMs : (timeLeft([FURTHER], further) ?? leastMs);
}
