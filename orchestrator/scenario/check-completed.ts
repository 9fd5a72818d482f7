// Groups whose nodes have ended before the load begins (`ready: { completed: true }`): nobody can ask them or do anything to them.
import type { Written } from './check-written.ts';
import type { CheckedGroup } from './groups/group-schema.ts';
import type { ProblemPath, Report } from './text/problem.ts';

export function checkCompleted(
  { groups, loads, timeline, capacity, records }: Written,
  report: Report,
): void {
  const over = completedGroups(groups);
  if (over.size === 0) return;
  const check = (name: string | undefined, path: ProblemPath) => {
    if (name !== undefined && over.has(name))
      report(path, `the nodes of "${name}" have ended before the load begins; write another group`);
  };
  for (const { path, value } of loads) check(value.target, [...path, 'target']);
  check(capacity?.sizes.group, ['capacity', 'sizes', 'group']);
  check(records?.target, ['records', 'target']);
  for (const { path, value } of timeline)
    for (const [kind, change] of Object.entries(value))
      for (const name of groupsOf(change)) check(name, [...path, kind]);
  for (const { path, value } of groups)
    if (isCompleted(value) && 'churn' in value && value.churn !== undefined)
      report([...path, 'churn'], 'its nodes have ended before the load begins; leave it out', 'key');
}

/** Of entries about groups that have ended nothing else is to be said. */
export function lastingTimeline({ groups, timeline }: Pick<Written, 'groups' | 'timeline'>) {
  const over = completedGroups(groups);
  return timeline.filter(({ value }) =>
    Object.values(value).every((change) => groupsOf(change).every((name) => !over.has(name))),
  );
}

function completedGroups(groups: Written['groups']): ReadonlySet<string> {
  return new Set(groups.filter(({ value }) => isCompleted(value)).map(({ name }) => name));
}

function isCompleted({ ready }: CheckedGroup): boolean {
  return ready?.completed === true;
}

/** Those that a change or fault names, by their names or by nodes of theirs, the other side of a partition too. */
function groupsOf(change: unknown): readonly string[] {
  const { group, groups, from, nodes }: Readonly<Record<string, unknown>> = Object(change);
  const named = [group, groups, from].flat().filter((name) => typeof name === 'string');
  const byNode = [nodes]
    .flat()
    .flatMap((node) => (typeof node === 'string' ? [node.replace(/-\d+$/, '')] : []));
  return [...named, ...byNode];
}
