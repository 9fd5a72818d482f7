// In which order groups are launched: by their roles, and each after those that it names in `after`. Pure.
import type { Report } from '../text/problem.ts';
import { checkDistinct, checkGroupName } from './check-group-name.ts';
import type { Group } from './group.ts';
import { byLaunchOrder, roleNames } from './role-of.ts';
import type { WrittenGroups } from './written-groups.ts';

/** Stable: groups that need not wait for each other stay as their roles and the file order them. Those that wait in a circle come last. */
export function inLaunchOrder(groups: readonly Group[]): Group[] {
  const waiting = groups.toSorted(byLaunchOrder);
  const ordered: Group[] = [];
  for (;;) {
    const next = waiting.findIndex(
      ({ after }) => !after.some((name) => waiting.some((each) => each.name === name)),
    );
    if (next < 0) return [...ordered, ...waiting];
    ordered.push(...waiting.splice(next, 1));
  }
}

/**
 * Ordered groups → those that are launched at once, in turn: each by itself, but services together as soon as those that they name are ready.
 * Services may wait for each other without saying so, as compose files let them: whoever is asked must be there when it is.
 */
export function launchedTogether<Launched extends Pick<Group, 'name' | 'role' | 'after'>>(
  ordered: readonly Launched[],
): Launched[][] {
  const batches: Launched[][] = [];
  let waiting = ordered;
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    const names = new Set(waiting.map(({ name }) => name));
    const free = waiting.filter(
      ({ role, after }) => role === 'service' && !after.some((name) => names.has(name)),
    );
    // The first one waits for nobody who is still to come.
    const batch = first.role === 'service' && free.includes(first) ? free : [first];
    batches.push(batch);
    waiting = waiting.filter((group) => !batch.includes(group));
  }
  return batches;
}

/** Names that exist, and no circle. */
export function checkAfter(written: WrittenGroups, report: Report): void {
  const after = new Map(written.groups.map(({ name, value }) => [name, value.after]));
  for (const { name, path, value } of written.groups) {
    for (const [index, other] of value.after.entries()) {
      const place = value.after.length > 1 ? ['after', index] : ['after'];
      checkGroupName(other, roleNames, [...path, ...place], written, report);
    }
    checkDistinct(value.after, [...path, 'after'], report);
    const circle = circleFrom(name, after);
    // Told once, at the first of those in it.
    const first = circle && written.groups.find((group) => circle.includes(group.name))?.name;
    if (circle !== undefined && first === name)
      report(
        [...path, 'after'],
        `is a circle in which nobody can begin: ${[...circle, name].join(' after ')}; leave one of them out`,
      );
  }
}

/** Names on a way back to where it begins. */
function circleFrom(
  start: string,
  after: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of after.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
