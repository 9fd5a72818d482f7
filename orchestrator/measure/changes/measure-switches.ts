// What became of each switch of a run: how long until the network served the new way alone and steadily, what failed meanwhile, and what was lost. Pure,
// from the event log and saved samples: the report and the objective `switched` have it from here.
import type { Topology } from '../../../node-image/contract/way.ts';
import type { RunEvent, SwitchStep } from '../../record/event.ts';
import type { SavedSamples } from '../../record/samples.ts';
import type { SwitchCheck } from '../../record/switch-check.ts';
import { type Begun, begunChanges } from './begun-changes.ts';
import { type FaultSeries, STEADY_MS, STEADY_POINTS } from '../impacts/fault-impact.ts';
import { engineStartOf } from './node-lives.ts';
import { failedWithin, operationsOf } from '../impacts/operations.ts';

export interface MeasuredSwitch {
  /** `s1`, as in the plan. */
  readonly id: string;
  /** Of the action, as on the timeline. */
  readonly action: string;
  readonly what: string;
  readonly group: string;
  readonly topology: Topology;
  /** The command, milliseconds after the start of the load. */
  readonly atMs: number;
  /** `unfinished`: some node has not served the new way, or it was not steady before the next switch or the end of the load. */
  readonly outcome: 'switched' | 'taken-back' | 'unfinished';
  /** From the command until no node served the old way, each had served the new way, and 3 s had been steady: users were served and nothing failed. */
  readonly switchedAfterMs: number | null;
  /** The same without the 3 s: until each node served the new way and what served the old one had gone. */
  readonly movedAfterMs: number | null;
  /** From the command until it was given up, or null. */
  readonly takenBackAfterMs: number | null;
  /** In their order. */
  readonly steps: readonly { readonly step: SwitchStep; readonly tookMs: number }[];
  /** Nodes that have served the new way, of those that were to and had not gone by its end. */
  readonly nodes: { readonly served: number; readonly planned: number };
  /** Operations of users that failed from the command until 3 s had been steady, or until the next switch; null where none were sampled. */
  readonly failedOperations: number | null;
  /** What became of what the run itself had written by then: see `SwitchCheck`. null where nobody looked. */
  readonly records: SwitchCheck['records'];
  readonly events: SwitchCheck['events'];
}

/** @param loadMs the end of the load, milliseconds after its start. */
export function measureSwitches(
  events: readonly RunEvent[],
  samples: SavedSamples | undefined,
  loadMs: number,
): MeasuredSwitch[] {
  const begun = begunChanges(events, 'switch');
  return begun.map((each, nth) => measureSwitch(each, events, samples, begun[nth + 1]?.startedMs ?? loadMs));
}

function measureSwitch(
  { action, startedMs: atMs }: Begun<'switch'>,
  events: readonly RunEvent[],
  samples: SavedSamples | undefined,
  untilMs: number,
): MeasuredSwitch {
  const { change, id: actionId, summary } = action;
  const own = events.filter((event) => 'switch' in event && event.switch === change.id);
  const steps = own.flatMap((event) => (event.type === 'switch-step' ? [event] : []));
  const ended = own.find((event) => event.type === 'switch-ended');
  const checked = own.findLast((event) => event.type === 'switch-checked');
  const engineStartMs = engineStartOf(events);
  const served = new Map(
    own.flatMap((event) =>
      event.type === 'switch-served' && engineStartMs !== null
        ? [[event.node, event.servedAtMs - engineStartMs]]
        : [],
    ),
  );
  // Whoever goes later had its time to serve.
  const gone = new Set(
    events.flatMap((event) =>
      (event.type === 'node-exited' || event.type === 'node-killed') &&
      event.atMs <= (ended?.atMs ?? Number.POSITIVE_INFINITY)
        ? [event.node]
        : [],
    ),
  );
  const planned = change.nodes.filter((node) => !gone.has(node));
  const serving = planned.filter((node) => served.has(node));
  const isMoved = ended?.outcome === 'switched' && planned.length > 0 && serving.length === planned.length;
  const movedMs = isMoved ? Math.max(...served.values(), steps.at(-1)?.offsetMs ?? 0) : null;
  const series = operationsOf({ samples });
  const steadyMs = movedMs === null || series === undefined ? null : steadyFrom(series, movedMs, untilMs);
  const overMs = steadyMs === null ? untilMs : steadyMs + STEADY_MS;
  return {
    id: change.id,
    action: actionId,
    what: summary,
    group: change.group,
    topology: change.topology,
    atMs,
    outcome: ended?.outcome === 'taken-back' ? 'taken-back' : steadyMs === null ? 'unfinished' : 'switched',
    switchedAfterMs: steadyMs === null ? null : overMs - atMs,
    movedAfterMs: movedMs === null ? null : movedMs - atMs,
    takenBackAfterMs:
      ended?.outcome === 'taken-back' && ended.offsetMs !== null ? ended.offsetMs - atMs : null,
    steps: steps.map(({ step, tookMs }) => ({ step, tookMs })),
    nodes: { served: serving.length, planned: planned.length },
    failedOperations: failedWithin(series, atMs, Math.min(untilMs, overMs)),
    records: checked?.records ?? null,
    events: checked?.events ?? null,
  };
}

/**
 * The first moment from which on, for 3 s and two points at least, users were served and nothing failed; null where there is none by the end. Points of a long
 * run lie further apart than that.
 */
function steadyFrom(
  { servedPerSecond, failedPerSecond }: FaultSeries,
  fromMs: number,
  untilMs: number,
): number | null {
  const failing = failedPerSecond.filter(([, rate]) => rate > 0).map(([ms]) => ms);
  for (const startMs of [fromMs, ...failing.filter((ms) => ms >= fromMs)]) {
    const endMs = startMs + STEADY_MS;
    if (endMs > untilMs) return null;
    const served = servedPerSecond
      .filter(([ms]) => ms > startMs && ms <= untilMs)
      .filter(([ms], nth) => ms <= endMs || nth < STEADY_POINTS);
    const lookedUntilMs = Math.max(endMs, served.at(-1)?.[0] ?? 0);
    const isSteady = served.length >= STEADY_POINTS && served.every(([, rate]) => rate > 0);
    if (isSteady && !failing.some((ms) => ms > startMs && ms <= lookedUntilMs)) return startMs;
  }
  return null;
}
