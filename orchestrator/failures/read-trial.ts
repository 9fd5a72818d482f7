// What a trial showed, from the folder of its run. Pure.
import { faultImpact, within } from '../measure/fault-impact.ts';
import { operationsOf } from '../measure/operations.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { killMomentOf } from './trial-scenario.ts';
import { isControl, type Trial, type TrialResult } from './trial.ts';

/** How much of the end shows whether all is served again. */
const END_MS = 5_000;
/** Until then whoever takes over may still be about it. */
const SETTLED_AFTER_MS = 10_000;

export function readTrial(
  run: SavedRun,
  trial: Trial,
): Pick<TrialResult, 'invalid' | 'impact' | 'servedAtEnd' | 'missed' | 'sentBytesPerSecond'> {
  const killMs = killMomentOf(run.scenario);
  const endMs = run.scenario.durationMs;
  const operations = operationsOf(run);
  const impact = operations === undefined ? null : faultImpact(operations, killMs, endMs);
  return {
    invalid: whyInvalid(run, trial),
    impact,
    servedAtEnd: shareOf(
      meanOf(operations?.servedPerSecond ?? [], endMs - END_MS, endMs),
      impact?.servedBefore,
    ),
    missed:
      run.verdict?.objectives.flatMap(({ objective, status }) =>
        status === 'missed' ? [objective.name] : [],
      ) ?? [],
    sentBytesPerSecond: sent(run, Math.min(killMs + SETTLED_AFTER_MS, endMs - END_MS), endMs),
  };
}

function whyInvalid({ verdict, events }: SavedRun, trial: Trial): readonly string[] {
  if (verdict === undefined) return ['It ended without a verdict.'];
  const { outcome, reasons } = verdict;
  if (outcome !== 'pass' && outcome !== 'fail') return reasons.length > 0 ? reasons : [`It was ${outcome}.`];
  const killed = new Set(events.flatMap((event) => (event.type === 'node-killed' ? [event.node] : [])));
  const spared = trial.killed.filter((node) => !killed.has(node));
  if (!isControl(trial) && spared.length > 0) return [`${spared.join(' and ')} could not be killed.`];
  return [];
}

function shareOf(value: number | null, before: number | null | undefined): number | null {
  return value === null || !before ? null : value / before;
}

function meanOf(
  points: readonly (readonly [number, number])[],
  fromMs: number,
  untilMs: number,
): number | null {
  const values = within(points, fromMs, untilMs).map(([, value]) => value);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sent({ samples }: SavedRun, fromMs: number, untilMs: number): Record<string, number> {
  return Object.fromEntries(
    (samples?.panels['network'] ?? []).flatMap(({ labels, legend, points }) => {
      const { node } = labels;
      const mean = legend.endsWith(' out') ? meanOf(points, fromMs, untilMs) : null;
      return node === undefined || mean === null ? [] : [[node, mean] as const];
    }),
  );
}
