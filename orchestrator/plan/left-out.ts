// What a scenario asks for that its plan does not hold, in words: rows of a trace that bounds keep from happening, faults on nodes that are not
// there, changes of rights that change none, nodes that no draining moves, and what of compose files no run has. Pure.
import { kindOf } from '../faults/registry.ts';
import { listNodes } from '../faults/targets/list-nodes.ts';
import type { Churn } from '../scenario/groups/group.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { firingCount } from '../scenario/timeline/firings.ts';
import type { TimelineEntry } from '../scenario/timeline/timeline.ts';
import type { Plan } from './plan.ts';
import { unmovedNodes } from './unmoved-nodes.ts';

/** One sentence for each kind of thing that is left out, with its place in the scenario. Empty where the plan holds all of it. */
export function leftOut(
  { groups, timeline, notHonoured = [] }: Pick<Scenario, 'groups' | 'timeline' | 'notHonoured'>,
  plan: Pick<Plan, 'actions'>,
): string[] {
  return [
    ...notHonoured,
    ...groups.flatMap(({ name, churn }) => (churn?.trace ? ofTrace(name, churn, churn.trace, plan) : [])),
    ...timeline.flatMap((entry) => [
      ...ofFault(entry, plan),
      ...ofStore(entry, plan),
      ...ofRights(entry, plan),
    ]),
    ...unmovedNodes({ groups, timeline }),
  ];
}

function ofStore(entry: TimelineEntry, { actions }: Pick<Plan, 'actions'>): string[] {
  const { change } = entry;
  if (change.kind !== 'backup' && change.kind !== 'restore') return [];
  const why = change.kind === 'backup' ? 'is not there then' : 'is there then';
  return ofNothing(entry, actions, `"${change.group}" ${why}`);
}

function ofRights(entry: TimelineEntry, { actions }: Pick<Plan, 'actions'>): string[] {
  const { change } = entry;
  if (change.kind !== 'grant' && change.kind !== 'revoke') return [];
  const why = change.kind === 'grant' ? 'has these rights then' : 'has no such right then';
  return ofNothing(entry, actions, `"${change.user}" ${why}`);
}

function ofNothing(entry: TimelineEntry, actions: Plan['actions'], why: string): string[] {
  const { source } = entry;
  const missing = firingCount(entry) - actions.filter((action) => action.source === source).length;
  return missing > 0
    ? [`${source}: ${missing === 1 ? 'once' : `${missing} times`} nothing happens, as ${why}`]
    : [];
}

function ofFault({ change, source }: TimelineEntry, { actions }: Pick<Plan, 'actions'>): string[] {
  if (change.kind !== 'fault') return [];
  const { who } = change.fault.target;
  const { noun } = kindOf(change.fault);
  const begun = actions.flatMap((action) =>
    action.source === source && action.change.kind === 'fault' ? [action.change] : [],
  );
  if (begun.length === 0)
    return [`${source}: the ${noun} is left out, as it would hit nobody, or change nothing`];
  if (who.kind !== 'names') return [];
  const missing = who.nodes.filter((node) => !begun.some(({ nodes }) => nodes.includes(node)));
  return missing.length === 0
    ? []
    : [`${source}: the ${noun} leaves out nodes that are not there then: ${listNodes(missing)}`];
}

function ofTrace(
  group: string,
  { fromMs, untilMs, minAlive, maxAlive }: Churn,
  trace: NonNullable<Churn['trace']>,
  { actions }: Pick<Plan, 'actions'>,
): string[] {
  const source = `groups.${group}.churn`;
  const missing = (kind: 'join' | 'leave') => {
    const asked = trace.filter((event) => event.kind === kind && fromMs + event.offsetMs < untilMs).length;
    const planned = actions.filter(
      (action) => action.source === source && action.change.kind === kind,
    ).length;
    return { asked, count: asked - planned };
  };
  const [joins, leaves] = [missing('join'), missing('leave')];
  const sentences: string[] = [];
  if (joins.count > 0)
    sentences.push(
      `${source}: ${joins.count} of ${joins.asked} joins of the trace are left out, as \`maxAlive\` is ${maxAlive}`,
    );
  if (leaves.count > 0)
    sentences.push(
      `${source}: ${leaves.count} of ${leaves.asked} leaves of the trace are left out, as \`minAlive\` is ${minAlive} or the node has gone before`,
    );
  return sentences;
}
