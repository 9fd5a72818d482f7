// What each fault of a run did to the users, from saved samples and the event log.
import type { FaultCost } from '../../measure/figures/figures.ts';
import { areaOf, type FaultSeries, lostWithin, within } from '../../measure/impacts/fault-impact.ts';
import { type MeasuredFault, measureImpacts } from '../../measure/impacts/measure-impacts.ts';
import { operationsOf } from '../../measure/impacts/operations.ts';
import { faultsOf } from '../../measure/impacts/run-faults.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { RunFacts } from './run-facts.ts';

export interface FaultRow extends Omit<MeasuredFault, 'untilMs'>, Omit<FaultCost, 'id'> {
  /** What was left of the service from the fault to its end or the next one: well-ended operations as a share of all, those that hang included. */
  readonly servedShare: number | null;
}

/** What churn alone came to. */
export interface ChurnFigures {
  readonly joins: number;
  readonly cleanLeaves: number;
  readonly suddenLeaves: number;
  /** Over the time from the first to the last join or leave. */
  readonly servedShare: number | null;
  /** In the worst second. */
  readonly lowestShare: number | null;
  /** Operations that failed meanwhile, and those that hang at the end of it. */
  readonly lost: number;
}

export function faultRows(run: SavedRun, facts: RunFacts): FaultRow[] {
  const series = operationsOf(run);
  if (series === undefined) return [];
  const faults = measureImpacts(series, faultsOf(run.events), facts.loadMs ?? run.plan.durationMs);
  const costs = new Map(run.verdict?.faultCosts?.map((cost) => [cost.id, cost]));
  return faults.map(({ untilMs, ...fault }) => ({
    ...fault,
    servedShare: shareWithin(series, fault.atMs, untilMs),
    slow: costs.get(fault.id)?.slow ?? null,
    users: costs.get(fault.id)?.users ?? null,
  }));
}

/** null where nobody came or went by themselves. */
export function churnFigures(run: SavedRun): ChurnFigures | null {
  const done = run.events.flatMap((event) => (event.type === 'action-finished' ? [event] : []));
  // A node that takes the place of a killed one joins by the timeline.
  const churn = done.filter(
    ({ action: { change, source } }) =>
      (change.kind === 'join' || change.kind === 'leave') && source.startsWith('groups.'),
  );
  const [first, last] = [churn[0], churn.at(-1)];
  if (first === undefined || last === undefined) return null;
  const leaves = churn.flatMap(({ action: { change } }) => (change.kind === 'leave' ? [change.how] : []));
  const series = operationsOf(run);
  const [fromMs, untilMs] = [first.startedMs, last.finishedMs + 1000];
  const shares = series === undefined ? [] : shareEachSecond(series, fromMs, untilMs);
  return {
    joins: churn.length - leaves.length,
    cleanLeaves: leaves.filter((how) => how === 'clean').length,
    suddenLeaves: leaves.filter((how) => how === 'kill').length,
    servedShare: series === undefined ? null : shareWithin(series, fromMs, untilMs),
    lowestShare: shares.length === 0 ? null : Math.min(...shares),
    lost: series === undefined ? 0 : lostWithin(series, fromMs, untilMs),
  };
}

function shareWithin(series: FaultSeries, fromMs: number, untilMs: number): number | null {
  const served = areaOf(within(series.servedPerSecond, fromMs, untilMs));
  const lost = lostWithin(series, fromMs, untilMs);
  return served + lost === 0 ? null : served / (served + lost);
}

/** Who begins to hang is lost in that second, and not in the one in which that ends. */
function shareEachSecond(
  { servedPerSecond, failedPerSecond, moreWaitingPerSecond = [] }: FaultSeries,
  fromMs: number,
  untilMs: number,
): number[] {
  const failed = new Map(failedPerSecond);
  const waiting = new Map(moreWaitingPerSecond);
  return within(servedPerSecond, fromMs, untilMs).flatMap(([ms, served]) => {
    const all = served + Math.max(0, (failed.get(ms) ?? 0) + (waiting.get(ms) ?? 0));
    return all > 0 ? [served / all] : [];
  });
}
