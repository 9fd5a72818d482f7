// What became of each update of a run: how long until every node had it and had served with it, and what that cost users. Pure, from the event log
// and saved samples: the report and the objective `updated` have it from here.
import type { Replacement } from '../../plan/plan.ts';
import type { RunEvent } from '../../record/event.ts';
import type { SavedSamples } from '../../record/samples.ts';
import { type Begun, begunChanges } from './begun-changes.ts';
import { engineStartOf, type NodeLife, nodeLives, servesAt } from './node-lives.ts';
import { failedWithin, operationsOf } from '../impacts/operations.ts';
import { firstService, type Witness } from './service-witnesses.ts';

export interface MeasuredUpdate {
  /** `u1`, as in the plan. */
  readonly id: string;
  /** Of the action, as on the timeline. */
  readonly action: string;
  readonly what: string;
  readonly group: string;
  /** The command, milliseconds after the start of the load. */
  readonly atMs: number;
  /** `unfinished`: some nodes did not have it by the end, have not served with it, or failed and were taken away. */
  readonly outcome: 'converged' | 'rolled-back' | 'paused' | 'unfinished';
  /** From the command until the last node of before had left, and every new one had served an operation with what the update brings. */
  readonly convergedAfterMs: number | null;
  /** Who told that they served: where nobody can, they count from when they were ready. */
  readonly servedBy: Witness;
  /** Nodes that got it and stayed, those that were to get it, and those of before that are still there. */
  readonly nodes: { readonly updated: number; readonly planned: number; readonly old: number };
  /** Operations that failed from the command until the update was over one way or the other; null where none were sampled. */
  readonly failedOperations: number | null;
  /** How long nodes of before and new ones served at the same time. */
  readonly mixedMs: number;
  /** The fewest nodes that were ready meanwhile, as a share of those that were when it began; null where none was. */
  readonly lowestReadyShare: number | null;
  /** New nodes that failed, and why. */
  readonly failures: readonly { readonly node: string; readonly why: string }[];
  /** From the command until it was given up; null where it was not. */
  readonly givenUpAfterMs: number | null;
  /** From then on until all had what they had before. */
  readonly rolledBackAfterMs: number | null;
}

type Update = Begun<'update'>['action']['change'];

/** @param loadMs the end of the load, milliseconds after its start. */
export function measureUpdates(
  events: readonly RunEvent[],
  samples: SavedSamples | undefined,
  loadMs: number,
): MeasuredUpdate[] {
  const begun = begunChanges(events, 'update');
  const lives = nodeLives(events);
  const engineStartMs = engineStartOf(events);
  return begun.map((each) => {
    const { group } = each.action.change;
    const ofGroup = begun.filter(({ action }) => action.change.group === group);
    const nth = ofGroup.indexOf(each);
    const untilMs = ofGroup[nth + 1]?.startedMs ?? loadMs;
    return measureUpdate(each, {
      events,
      samples,
      engineStartMs,
      lives: lives.filter((life) => life.group === group),
      revision: nth + 2,
      untilMs,
    });
  });
}

interface Surroundings {
  readonly events: readonly RunEvent[];
  readonly samples: SavedSamples | undefined;
  readonly engineStartMs: number | null;
  /** Of the group. */
  readonly lives: readonly NodeLife[];
  readonly revision: number;
  readonly untilMs: number;
}

function measureUpdate({ action, startedMs: atMs }: Begun<'update'>, around: Surroundings): MeasuredUpdate {
  const { change, id: actionId, summary } = action;
  const { events, samples, lives, revision, untilMs } = around;
  const replacements = replacementsOf(change, events);
  const [old, fresh] = [
    lives.filter((life) => life.revision < revision),
    lives.filter((life) => life.revision === revision),
  ];
  const served = fresh.map((life) => ({ life, ...serviceOf(life, change, around) }));
  const endedAt = endOf(change.id, events);
  const failures = events.flatMap((event) =>
    event.type === 'update-failed' && event.update === change.id
      ? [{ node: event.node, why: event.why }]
      : [],
  );
  // Those who are left may all have it: that it has lost nodes on the way is not what was asked.
  const convergedMs =
    endedAt === undefined && failures.length === 0
      ? convergence(old, served, replacements, { atMs, untilMs })
      : null;
  const overMs = endedAt?.offsetMs ?? convergedMs ?? untilMs;
  const givenUp =
    events.find((event) => event.type === 'update-rolling-back' && event.update === change.id) ?? endedAt;
  return {
    id: change.id,
    action: actionId,
    what: summary,
    group: change.group,
    atMs,
    outcome: endedAt?.outcome ?? (convergedMs === null ? 'unfinished' : 'converged'),
    convergedAfterMs: convergedMs === null ? null : Math.max(0, convergedMs - atMs),
    servedBy: served[0]?.witness ?? 'nobody',
    nodes: {
      updated: fresh.filter((life) => servesAt(life, overMs)).length,
      planned: replacements.length,
      old: old.filter((life) => servesAt(life, overMs)).length,
    },
    failedOperations: failedWithin(operationsOf({ samples }), atMs, overMs),
    ...readiness(old, fresh, atMs, overMs),
    failures,
    givenUpAfterMs:
      givenUp?.offsetMs === undefined || givenUp.offsetMs === null ? null : givenUp.offsetMs - atMs,
    rolledBackAfterMs:
      endedAt?.outcome !== 'rolled-back' || givenUp === undefined
        ? null
        : (endedAt.offsetMs ?? 0) - (givenUp.offsetMs ?? 0),
  };
}

/** Those of a rolling update, or those whose own time has come. */
function replacementsOf({ id, replacements }: Update, events: readonly RunEvent[]): Replacement[] {
  const own = begunChanges(events, 'replace').flatMap(({ action: { change } }) =>
    change.update === id ? [change.replacement] : [],
  );
  return [...replacements, ...own];
}

function endOf(id: string, events: readonly RunEvent[]) {
  return events.find(
    (event): event is Extract<RunEvent, { readonly type: 'update-ended' }> =>
      event.type === 'update-ended' && event.update === id,
  );
}

function serviceOf(
  { node, readyMs }: NodeLife,
  { update: { program } }: Update,
  { samples, engineStartMs }: Surroundings,
): { readonly servedMs: number | null; readonly witness: Witness } {
  if (samples === undefined || engineStartMs === null) return { servedMs: null, witness: 'nobody' };
  const version = program.foreignImage ? null : program.version;
  const { atMs, witness } = firstService(samples, node, { engineStartMs, version });
  return { servedMs: witness === 'nobody' ? readyMs : atMs, witness };
}

/** The first moment at which nobody of before is there, and every new node that is has served; null where there is none. */
function convergence(
  old: readonly NodeLife[],
  fresh: readonly { readonly life: NodeLife; readonly servedMs: number | null }[],
  replacements: readonly Replacement[],
  { atMs, untilMs }: { readonly atMs: number; readonly untilMs: number },
): number | null {
  const meant = new Set(replacements.map(({ by }) => by));
  const replacing = fresh.filter(({ life }) => meant.has(life.node));
  const moments = [
    ...old.map(({ leavingMs }) => leavingMs),
    ...replacing.flatMap(({ life, servedMs }) => [life.readyMs, servedMs, life.leavingMs]),
  ].filter((ms) => ms !== null);
  const isOver = (ms: number): boolean => {
    const here = replacing.filter(({ life }) => life.leavingMs === null || life.leavingMs > ms);
    return (
      here.length > 0 &&
      old.every((life) => life.launchedMs > ms || (life.leavingMs !== null && life.leavingMs <= ms)) &&
      here.every(({ life, servedMs }) => servesAt(life, ms) && servedMs !== null && servedMs <= ms)
    );
  };
  return (
    moments
      .filter((ms) => ms >= atMs && ms <= untilMs)
      .toSorted((a, b) => a - b)
      .find(isOver) ?? null
  );
}

/** Nodes that serve change their number at moments of their lives alone. */
function readiness(
  old: readonly NodeLife[],
  fresh: readonly NodeLife[],
  fromMs: number,
  untilMs: number,
): Pick<MeasuredUpdate, 'mixedMs' | 'lowestReadyShare'> {
  const within = [...old, ...fresh]
    .flatMap(({ readyMs, leavingMs }) => [readyMs, leavingMs])
    .filter((ms) => ms !== null && ms > fromMs && ms < untilMs)
    .toSorted((a, b) => Number(a) - Number(b)) as number[];
  const moments = [fromMs, ...within];
  const serving = (lives: readonly NodeLife[], ms: number) =>
    lives.filter((life) => servesAt(life, ms)).length;
  // Some leave at the very moment of the command.
  const before = serving([...old, ...fresh], fromMs - 1);
  let mixedMs = 0;
  let lowest = before;
  for (const [index, ms] of moments.entries()) {
    const counts = [serving(old, ms), serving(fresh, ms)] as const;
    if (Math.min(...counts) > 0) mixedMs += (moments[index + 1] ?? untilMs) - ms;
    lowest = Math.min(lowest, counts[0] + counts[1]);
  }
  return { mixedMs, lowestReadyShare: before === 0 ? null : lowest / before };
}
