// Which links a scenario shapes, and where it says so. Pure.
import type { Plan } from '../plan/plan.ts';
import type { Link, Scenario } from '../scenario/scenario.ts';

/** A link that will be asked for in a run, and the words for where it is written. */
export interface ShapedLink {
  readonly where: string;
  readonly link: Link;
}

/** Whether a run of the scenario needs the helper that shapes links. */
export function shapesLinks(scenario: Scenario): boolean {
  return (
    scenario.groups.some(({ link }) => link !== null) ||
    scenario.timeline.some(({ change }) => change.kind === 'link')
  );
}

/** Every link of the groups and of the actions. */
export function shapedLinks(scenario: Scenario, plan: Plan): ShapedLink[] {
  const groups = scenario.groups.flatMap(({ name, link }) =>
    link === null ? [] : [{ where: `group ${name}`, link }],
  );
  const actions = plan.actions.flatMap(({ source, change }) =>
    change.kind === 'link' ? [{ where: `${source} (group ${change.group})`, link: change.link }] : [],
  );
  return [...groups, ...actions];
}
