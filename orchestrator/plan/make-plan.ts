// Scenario → Plan: when what happens to which node. Pure: no clock, no I/O, and nothing random, so the same scenario gives
// the same plan. What will be random (churn, for one) shall draw from the scenario's seed only.
import { firingsOf } from '../scenario/firings.ts';
import type { Change, Group, Load, Scenario } from '../scenario/scenario.ts';
import { formatSize } from '../scenario/units.ts';
import type { Action, ActionChange, LoadCurve, Plan } from './plan.ts';

/**
 * The plan of a scenario. Scalings that change nothing are left out.
 *
 * @throws Error where a scaling would leave a negative number of nodes: a checked scenario has none (see
 * check-timeline.ts), so this is a mistake of ours.
 */
export function makePlan(scenario: Scenario): Plan {
  const members = new Map(scenario.groups.map((group) => [group.name, new Members(group)]));
  const initialNodes = [...members].map(([group, { nodes }]) => ({ group, nodes: [...nodes] }));
  const actions: Action[] = [];
  for (const { offsetMs, entry } of firingsOf(scenario.timeline)) {
    const group = members.get(entry.change.group ?? '');
    if (group === undefined) throw new Error(`${entry.source}: no group ${entry.change.group}`);
    const change = apply(entry.change, group, entry.source);
    if (change === undefined) continue;
    const id = `a${actions.length + 1}`;
    actions.push({ id, offsetMs, change, source: entry.source, summary: summarize(change) });
  }
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    durationMs: scenario.durationMs,
    initialNodes,
    phases: scenario.phases,
    loads: scenario.loads.map(curveOf),
    actions,
  };
}

/** The nodes of a group as the plan goes on. */
class Members {
  /** In the order in which they joined. */
  readonly nodes: string[] = [];
  readonly #group: string;
  /** Numbers are never reused: a name means one container in logs and metrics of a run. */
  #lastNumber = 0;

  constructor(group: Group) {
    this.#group = group.name;
    this.join(group.replicas);
  }

  join(count: number): string[] {
    const joining = Array.from({ length: count }, () => `${this.#group}-${++this.#lastNumber}`);
    this.nodes.push(...joining);
    return joining;
  }

  /** The newest leave first. */
  leave(count: number): string[] {
    return this.nodes.splice(this.nodes.length - count, count).toReversed();
  }
}

/** Undefined where nothing would change. */
function apply(change: Change, members: Members, source: string): ActionChange | undefined {
  if (change.kind === 'link' || change.kind === 'kill') return undefined;
  const { group } = change;
  if (change.kind === 'resize') return { ...change, nodes: [...members.nodes] };
  const from = members.nodes.length;
  const to = 'to' in change ? change.to : from + change.by;
  if (to < 0) throw new Error(`${source}: ${to} nodes in ${group}`);
  if (to === from) return undefined;
  if (to > from) return { kind: 'scale-out', group, from, to, nodes: members.join(to - from) };
  return { kind: 'scale-in', group, from, to, nodes: members.leave(from - to) };
}

/** `scale servers 1 → 2`, `resize servers to 0.8 CPU, 256MiB`. */
function summarize(change: ActionChange): string {
  if ('to' in change) return `scale ${change.group} ${change.from} → ${change.to}`;
  if (change.kind !== 'resize') return `${change.kind} ${change.group ?? 'nodes'}`;
  const limits = [
    change.cpus === null ? '' : `${change.cpus} CPU`,
    change.memoryBytes === null ? '' : formatSize(change.memoryBytes),
  ];
  return `resize ${change.group} to ${limits.filter((limit) => limit !== '').join(', ')}`;
}

function curveOf({ name, model }: Load): LoadCurve {
  switch (model.kind) {
    case 'open':
      return { load: name, unit: 'per-second', start: model.startRate, stages: model.stages };
    case 'closed':
      return { load: name, unit: 'virtual-users', start: model.startVirtualUsers, stages: model.stages };
    case 'each-node':
    case 'script':
      return { load: name, unit: 'unknown', start: 0, stages: [] };
  }
}
