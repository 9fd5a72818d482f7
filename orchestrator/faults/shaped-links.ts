// Which links a scenario shapes, and where it says so. Pure.
import type { Link } from '../scenario/groups/group.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What is asked of a link, and the words for where that is written. */
export interface ShapedLink {
  readonly where: string;
  /** A change of the timeline names only what it changes. */
  readonly link: Partial<Link>;
}

/** The links of the groups and of the timeline; a run with none needs no helper. */
export function shapedLinks({ groups, timeline }: Scenario): ShapedLink[] {
  const initial = groups.flatMap(({ name, link }) =>
    link === null ? [] : [{ where: `group ${name}`, link }],
  );
  const changed = timeline.flatMap(({ change }, index) =>
    change.kind === 'link'
      ? [{ where: `timeline[${index}] (group ${change.group})`, link: change.link }]
      : [],
  );
  return [...initial, ...changed];
}
