// What a fault did to the users: how long until it was noticed, how long until the service was back, and what was lost. Pure, from
// saved series, which have a point a second: times are right to about a second. Counts of failures are best taken from k6's
// counters, which are exact; `lost` here sums what the series say.

/** [milliseconds after the start of the load, value]; ordered. */
export type Points = readonly (readonly [number, number])[];

export interface FaultSeries {
  /** Operations served well, per second. */
  readonly servedPerSecond: Points;
  /** Operations that failed, per second. */
  readonly failedPerSecond: Points;
  /** Iterations that open loads are to start, per second. Default none, as where all loads are others: what these offer does not change by itself. */
  readonly offeredPerSecond?: Points;
  /** How many more operations hang, per second; below zero where some of them have ended. Default none. */
  readonly moreWaitingPerSecond?: Points;
  /** Operations that hang at each moment, as is known afterwards. Default none, as in runs of earlier versions. */
  readonly hanging?: Points;
  /**
   * Nodes that the balancer holds for up, where there is one. The fault counts as detected when they, or the neighbours of a peer, become fewer; where
   * nobody counts either, when failures end, which is when traffic has found its way around.
   */
  readonly nodesUp?: Points;
  /** How many neighbours each peer has. Default none. */
  readonly neighbours?: readonly Points[];
}

export interface FaultImpact {
  /** From when the fault bites to the first reaction, of the balancer or of a peer (where neither reacts nor is a balancer, of the traffic); null = none seen, or none needed. */
  readonly detectedAfterMs: number | null;
  /**
   * From when the fault bites until nothing fails or hangs any more and as much is served as before, less what is offered less; 0 = never disturbed; null = not within the window, or nothing
   * was served before, so that nobody can tell.
   */
  readonly recoveredAfterMs: number | null;
  /** Operations that failed from the fault to the recovery, or to the end of the window, and those that hung then. */
  readonly lost: number;
  /** Mean rate of served operations before the fault, per second; null = nothing was measured then. */
  readonly servedBefore: number | null;
  /** The lowest share of it that was served in any second after the fault; null where nothing was served before. */
  readonly lowestShare: number | null;
}

/** The rate before the fault is the mean over this time. */
export const BEFORE_MS = 10_000;
/** The service has recovered when it serves this share of the rate before the fault. */
const RECOVERED_SHARE = 0.95;
/** How long that must last, so that a single good second does not count. */
export const STEADY_MS = 3_000;
/** Where more of the operations than this fail and go on failing, a service has not recovered, however well it was in between. Our choice: an odd failure is no relapse. */
const MOST_FAILING = 0.1;
/** And so many points, for those of a long run lie further apart, and where they end nobody knows. */
export const STEADY_POINTS = 2;

/**
 * @param atMs when the fault began.
 * @param untilMs the next action or the end of the load: what happens afterwards has other causes.
 * @param effectMs when it was first seen to bite, from which times are counted: others can't notice it before. What is looked at is the time from
 *   `atMs` on, for it may have bitten a little before it was seen to.
 * @param lastBiteMs when it hurt anew for the last time, as a crash loop does: users who were served in between had not got over it.
 */
export function faultImpact(
  series: FaultSeries,
  atMs: number,
  untilMs: number,
  effectMs = atMs,
  lastBiteMs = atMs,
): FaultImpact {
  const servedBefore = mean(within(series.servedPerSecond, atMs - BEFORE_MS, atMs));
  const served = within(series.servedPerSecond, atMs, untilMs);
  const failed = within(series.failedPerSecond, atMs, untilMs);
  const hanging = within(series.hanging ?? [], atMs, untilMs);
  const recoveredMs =
    servedBefore && !failsAtEnd(served, failed, untilMs)
      ? recovery({ served, failed, hanging }, usualAt(series, servedBefore, atMs), untilMs, lastBiteMs)
      : null;
  const lost = lostWithin(series, atMs, recoveredMs ?? untilMs);
  const lowest = Math.min(...served.map(([, value]) => value));
  const detectedMs = detection(series, failed, atMs, untilMs);
  // Somebody may have been quicker than who looked for it.
  const after = (ms: number | null): number | null =>
    ms === null ? null : Math.max(0, ms - (ms < effectMs ? atMs : effectMs));
  return {
    detectedAfterMs: after(detectedMs),
    recoveredAfterMs: after(recoveredMs),
    lost,
    servedBefore,
    lowestShare: !servedBefore || served.length === 0 ? null : Math.max(0, lowest / servedBefore),
  };
}

/**
 * From a moment until users were served at this rate again and nothing failed or hung; 0 = they were all the time, null = not within the window.
 * @param servedBefore operations per second.
 * @param atMs before which that was.
 */
export function servedAgainAfter(
  series: FaultSeries,
  servedBefore: number,
  fromMs: number,
  untilMs: number,
  atMs = fromMs,
): number | null {
  const { servedPerSecond, failedPerSecond, hanging = [] } = series;
  const afterwards = {
    served: within(servedPerSecond, fromMs, untilMs),
    failed: within(failedPerSecond, fromMs, untilMs),
    hanging: within(hanging, fromMs, untilMs),
  };
  const recoveredMs = recovery(afterwards, usualAt(series, servedBefore, atMs), untilMs);
  return recoveredMs === null ? null : Math.max(0, recoveredMs - fromMs);
}

/**
 * What was to be served at a moment as it was before the fault: less by what open loads offer less by then, an iteration being one operation at the least. A peak that
 * is over is no loss.
 */
function usualAt(
  { offeredPerSecond = [] }: FaultSeries,
  servedBefore: number,
  atMs: number,
): (ms: number) => number {
  const offeredBefore = mean(within(offeredPerSecond, atMs - BEFORE_MS, atMs)) ?? 0;
  return (ms) => servedBefore - Math.max(0, offeredBefore - valueAt(offeredPerSecond, ms));
}

/** The moment, milliseconds after the start of the load. */
function detection(
  { nodesUp, neighbours = [] }: FaultSeries,
  failed: Points,
  atMs: number,
  untilMs: number,
): number | null {
  const reactions = [...(nodesUp === undefined ? [] : [nodesUp]), ...neighbours].flatMap(
    (counts) => firstFewer(counts, atMs, untilMs) ?? [],
  );
  if (reactions.length > 0) return Math.min(...reactions);
  if (nodesUp !== undefined) return null;
  const last = failed.findLast(([, rate]) => rate > 0);
  if (last === undefined || last[0] >= (failed.at(-1)?.[0] ?? 0)) return null;
  return last[0];
}

/** When one fewer is counted, or more, than at last before a moment; undefined where that never is, or nobody had counted before. */
function firstFewer(counts: Points, atMs: number, untilMs: number): number | undefined {
  const before = within(counts, atMs - BEFORE_MS, atMs).at(-1)?.[1];
  return within(counts, atMs, untilMs).find(([, count]) => before !== undefined && count <= before - 1)?.[0];
}

/**
 * The first point, after the last bite, from which on, for the steady time, nothing failed or hung and enough was served. -∞ where that was so all the
 * time: undisturbed.
 * @param usual what was to be served at a moment. Of nothing at all nobody was served again.
 */
function recovery(
  { served, failed, hanging }: { readonly served: Points; readonly failed: Points; readonly hanging: Points },
  usual: (ms: number) => number,
  untilMs: number,
  lastBiteMs = Number.NEGATIVE_INFINITY,
): number | null {
  const good = served.map(
    ([ms, rate]) =>
      [
        ms,
        rate > 0 &&
          rate >= RECOVERED_SHARE * usual(ms) &&
          valueAt(failed, ms) === 0 &&
          valueAt(hanging, ms) === 0,
      ] as const,
  );
  const first = good.findIndex(([ms]) => ms >= lastBiteMs);
  for (const [index, [ms]] of good.entries()) {
    if (index < first || first === -1) continue;
    if (ms + STEADY_MS > untilMs) return null;
    const steady = good.filter(
      ([at], nth) => nth >= index && (at <= ms + STEADY_MS || nth < index + STEADY_POINTS),
    );
    if (steady.length < STEADY_POINTS || !steady.every(([, isGood]) => isGood)) continue;
    return good.slice(0, index).every(([, isGood]) => isGood) ? Number.NEGATIVE_INFINITY : ms;
  }
  return null;
}

/**
 * Whether in all of the last steady time more than a tenth of the operations failed: a fault may bite late, when what was cached or still open has run out, or again. That users were
 * well until then is no recovery.
 */
function failsAtEnd(served: Points, failed: Points, untilMs: number): boolean {
  const last = within(served, untilMs - STEADY_MS, untilMs);
  return (
    last.length >= STEADY_POINTS &&
    last.every(([ms, rate]) => {
      const failing = valueAt(failed, ms);
      return failing > MOST_FAILING * (rate + failing);
    })
  );
}

/** At the nearest moment that was sampled; 0 where there never was anything to count. */
function valueAt(points: Points, ms: number): number {
  let nearest: readonly [number, number] | undefined;
  for (const point of points) {
    if (nearest === undefined || Math.abs(point[0] - ms) < Math.abs(nearest[0] - ms)) nearest = point;
  }
  return nearest?.[1] ?? 0;
}

export function within(points: Points, fromMs: number, untilMs: number): Points {
  return points.filter(([ms]) => ms >= fromMs && ms < untilMs);
}

/** Operations that failed in a stretch, and those that hang at its end. One that hung before has been lost before. */
export function lostWithin(
  {
    failedPerSecond,
    moreWaitingPerSecond = [],
  }: Pick<FaultSeries, 'failedPerSecond' | 'moreWaitingPerSecond'>,
  fromMs: number,
  untilMs: number,
): number {
  const areaWithin = (points: Points) => areaOf(within(points, fromMs, untilMs));
  return Math.max(0, areaWithin(failedPerSecond) + areaWithin(moreWaitingPerSecond));
}

/** Of the values, each counted once; null where there is none. */
export function mean(points: Points): number | null {
  return points.length === 0 ? null : points.reduce((total, [, value]) => total + value, 0) / points.length;
}

/** The area under a rate, which looks back: each point stands for the time since the one before it, the first for a second. */
export function areaOf(points: Points): number {
  return points.reduce((total, [ms, rate], nth) => {
    const before = points[nth - 1];
    return total + (rate * (before === undefined ? 1000 : ms - before[0])) / 1000;
  }, 0);
}
