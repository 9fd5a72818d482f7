// What a load's generators are told (in-k6/settings.ts). Pure.
import { loadDurationMs } from '../scenario/load/resolve-load.ts';
import type { Load } from '../scenario/load/load.ts';
import { MOST_TOLD_USERS } from '../scenario/text/run-bounds.ts';
import type { GeneratorSettings, LoadWindow } from './in-k6/settings.ts';
import type { ScriptFacts } from './script-facts.ts';
import { type AskedByTag, k6Options, startPlanOf } from './k6-options.ts';

/** Until the end of the grace, a request that is told to end then has been counted. */
const BEFORE_FORCE_MS = 250;
/** Values of one tag over all virtual users: few of them may use many each, many of them few. */
const TAG_VALUES = 2000;
const LEAST_TAG_VALUES = 20;
const MOST_TAG_VALUES = 100;
/** Options by which a script says how much load there is. Beside a load model they contradict the scenario. */
const SHORTCUTS: readonly string[] = [
  'vus',
  'duration',
  'iterations',
  'stages',
  'scenarios',
  'executionSegment',
  'executionSegmentSequence',
];

/** Names of the script's options that the load takes the place of. */
export function optionsPutAside({ model }: Pick<Load, 'model'>): readonly string[] {
  if (model.kind === 'script') return [];
  // k6 would hold requests back, unseen by any latency; users who ask one after another are slowed by it, as by a sleep.
  return model.kind === 'open' ? [...SHORTCUTS, 'rps'] : SHORTCUTS;
}

/**
 * @param nodes how many the target group has at the start.
 * @param asked absent where the script is only looked at.
 */
export function generatorSettings(
  load: Load,
  nodes: number,
  windows: readonly LoadWindow[],
  facts?: ScriptFacts,
  asked?: AskedByTag,
): GeneratorSettings {
  const lastsMs = loadDurationMs(load) ?? windows.at(-1)?.untilMs;
  const deadlineMs = lastsMs === undefined ? null : deadlineOf(lastsMs, load.graceMs);
  const deadlinesMs = load.model.kind === 'script' ? deadlinesOf(facts, deadlineMs) : {};
  const starts = startPlanOf(load);
  return {
    windows,
    deadlineMs,
    ...(Object.keys(deadlinesMs).length === 0 ? {} : { deadlinesMs }),
    ...(starts === undefined ? {} : { starts }),
    tagValues: tagValuesOf(load),
    ...(tellsUsers(load) && { toldUsers: MOST_TOLD_USERS }),
    ...(asked?.values !== undefined && { askedValues: asked.values }),
    requestTags: (['name', 'url'] as const).filter((tag) => asked?.tags.includes(tag)),
    options: k6Options(load, nodes, asked),
    putAside: optionsPutAside(load),
  };
}

function deadlineOf(endMs: number, graceMs: number): number {
  return endMs + Math.max(0, graceMs - BEFORE_FORCE_MS);
}

/** k6 ends each scenario of a script by itself, but none goes on after the run. */
function deadlinesOf(facts: ScriptFacts | undefined, lastMs: number | null): Record<string, number> {
  const bounded = (facts?.scenarios ?? []).flatMap(({ name, endMs, graceMs }) =>
    endMs === null ? [] : [[name, deadlineOf(endMs, graceMs)] as const],
  );
  return Object.fromEntries(
    bounded.map(([name, ms]) => [name, Math.min(ms, lastMs ?? Number.POSITIVE_INFINITY)]),
  );
}

/** In an open load each iteration is another user's. */
function tellsUsers(load: Load): boolean {
  return load.model.kind !== 'open' && usersOf(load) <= MOST_TOLD_USERS;
}

/** Virtual users at most; 1 where the scenario does not say. */
function usersOf({ model }: Load): number {
  if (model.kind === 'open') return model.maxVirtualUsers;
  if (model.kind !== 'closed') return 1;
  return Math.max(model.startVirtualUsers, ...model.stages.map(({ target }) => target));
}

function tagValuesOf(load: Load): number {
  const each = Math.floor(TAG_VALUES / Math.max(1, usersOf(load)));
  return Math.min(MOST_TAG_VALUES, Math.max(LEAST_TAG_VALUES, each));
}
