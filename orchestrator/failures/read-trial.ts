// What a trial showed, from the folder of its run. Pure.
import {
  type FaultImpact,
  type FaultSeries,
  faultImpact,
  lostWithin,
  mean,
  within,
} from '../measure/impacts/fault-impact.ts';
import { operationsOf } from '../measure/impacts/operations.ts';
import { hostLosses } from '../record/host-losses.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { killMomentOf } from './trial-scenario.ts';
import { isControl, type Trial, type TrialResult } from './trial.ts';

/** How much of the end shows whether all is served again. */
const END_MS = 5_000;
/** Until then whoever takes over may still be about it. */
const SETTLED_AFTER_MS = 10_000;
/** Served in the end, as a share of the same in the control run: with less, users are not served as before, whatever they were in between. Two runs of a load differ a little. */
const STILL_SERVED_SHARE = 0.9;

/** @param control undefined for the control run itself. */
export function readTrial(
  run: SavedRun,
  trial: Trial,
  control?: Pick<TrialResult, 'servedAtEnd'>,
): Pick<TrialResult, 'invalid' | 'impact' | 'servedAtEnd' | 'missed' | 'sentBytesPerSecond'> &
  Partial<Pick<TrialResult, 'killed' | 'hosts'>> {
  const killMs = killMomentOf(run.scenario);
  const endMs = run.scenario.durationMs;
  const operations = operationsOf(run);
  const seen =
    operations === undefined
      ? { impact: null, servedAtEnd: null }
      : whatUsersSaw(operations, { killMs, endMs }, control);
  const hosts = placesOf(run);
  return {
    ...(trial.host !== undefined && { killed: lostWith(trial.host, run) }),
    ...(Object.keys(hosts).length > 0 && { hosts }),
    invalid: whyInvalid(run, trial, seen.impact),
    ...seen,
    missed:
      run.verdict?.objectives.flatMap(({ objective, status }) =>
        status === 'missed' ? [objective.name] : [],
      ) ?? [],
    sentBytesPerSecond: sent(run, Math.min(killMs + SETTLED_AFTER_MS, endMs - END_MS), endMs),
  };
}

/**
 * A loss may bite late, when what was cached or still open has run out, or again after a recovery: with less served in the end than in the control run it
 * has not been recovered from.
 */
export function whatUsersSaw(
  operations: FaultSeries,
  { killMs, endMs }: { readonly killMs: number; readonly endMs: number },
  control?: Pick<TrialResult, 'servedAtEnd'>,
): { readonly impact: FaultImpact; readonly servedAtEnd: number | null } {
  const impact = faultImpact(operations, killMs, endMs);
  const servedAtEnd = shareOf(
    mean(within(operations.servedPerSecond, endMs - END_MS, endMs)),
    impact.servedBefore,
  );
  const usual = control?.servedAtEnd ?? null;
  if (usual === null || servedAtEnd === null || servedAtEnd >= STILL_SERVED_SHARE * usual)
    return { impact, servedAtEnd };
  const lost = lostWithin(operations, killMs, endMs);
  return { impact: { ...impact, recoveredAfterMs: null, lost }, servedAtEnd };
}

/** Nodes that went with a host by the fault of the plan. */
function lostWith(host: string, { events }: SavedRun): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'fault-began' && event.hosts?.includes(host) === true ? event.nodes : [],
  );
}

/** Which of several hosts each node was on. */
function placesOf({ events }: SavedRun): Record<string, string> {
  return Object.fromEntries(
    events.flatMap((event) =>
      event.type === 'node-launched' && event.host !== undefined ? [[event.node, event.host]] : [],
    ),
  );
}

function whyInvalid(run: SavedRun, trial: Trial, impact: FaultImpact | null): readonly string[] {
  const { verdict, events } = run;
  if (verdict === undefined) return ['It ended without a verdict.'];
  const { outcome, reasons } = verdict;
  if (outcome !== 'pass' && outcome !== 'fail') return reasons.length > 0 ? reasons : [`It was ${outcome}.`];
  const [gone] = hostLosses(events);
  if (gone !== undefined) return [`Host ${gone.host} was really lost meanwhile.`];
  const spared = sparedBy(trial, run);
  if (spared !== undefined) return [spared];
  // Of the control run it is said by whoever concludes.
  if (!isControl(trial) && impact !== null && !impact.servedBefore)
    return ['Nothing was served before the moment of the kill.'];
  return [];
}

function sparedBy({ killed: wanted, host }: Trial, run: SavedRun): string | undefined {
  if (host !== undefined)
    return lostWith(host, run).length > 0 ? undefined : `No node was on host ${host} when it was lost.`;
  const killed = new Set(run.events.flatMap((event) => (event.type === 'node-killed' ? [event.node] : [])));
  const spared = wanted.filter((node) => !killed.has(node));
  return spared.length === 0 ? undefined : `${spared.join(' and ')} could not be killed.`;
}

function shareOf(value: number | null, before: number | null | undefined): number | null {
  return value === null || !before ? null : value / before;
}

function sent({ samples }: SavedRun, fromMs: number, untilMs: number): Record<string, number> {
  return Object.fromEntries(
    (samples?.panels['network'] ?? []).flatMap(({ labels, legend, points }) => {
      const { node } = labels;
      const rate = legend.endsWith(' out') ? mean(within(points, fromMs, untilMs)) : null;
      return node === undefined || rate === null ? [] : [[node, rate] as const];
    }),
  );
}
