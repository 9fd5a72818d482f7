// Whether a run of a scenario has the helper that enters nodes' networks. Pure.
import type { Scenario } from '../scenario/scenario.ts';
import { fillsNeighbourTable } from '../scenario/groups/swarm-size.ts';
import { shapedLinks } from './shaped-links.ts';

/** It shapes links, and tells nodes of large swarms each other's addresses. */
export function needsNetAdmin(scenario: Scenario): boolean {
  return shapedLinks(scenario).length > 0 || fillsNeighbourTable(scenario);
}
