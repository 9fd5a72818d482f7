// Zones of a scenario: which there are, and whose nodes stand in one.
import type { WrittenGroups } from './written-groups.ts';

/** Names of the groups of a zone, in the order of the scenario. */
export function groupsIn(zone: string, { groups }: WrittenGroups): string[] {
  return groups.filter(({ value }) => value.zone === zone).map(({ name }) => name);
}

/** Each zone once. */
export function zonesOf({ groups }: WrittenGroups): string[] {
  return [...new Set(groups.flatMap(({ value }) => value.zone ?? []))];
}
