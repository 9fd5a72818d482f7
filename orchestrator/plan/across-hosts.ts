// What a scenario asks for that containers on several hosts can't be given: the one list of it. Pure.
import { fillsNeighbourTable, sharesFiles } from '../scenario/groups/swarm-size.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Problem } from '../scenario/text/problem.ts';
import { greatestDemands } from './greatest-demand.ts';
import type { Plan } from './plan.ts';

type Refusal = Omit<Problem, 'at'>;
type Finder = (scenario: Scenario, plan: Plan) => readonly Refusal[];

/** Of the 4,094 addresses of a run's network over several hosts each host takes one for itself, and observers and helpers take some. */
const MOST_CONTAINERS = 4000;

/** Multicast and broadcast are not carried from one host to another. */
const byBroadcast: Finder = ({ groups }) =>
  groups.flatMap((group) =>
    group.role === 'peer' && group.discovery === 'broadcast'
      ? [
          {
            path: ['groups', group.name],
            message:
              'finds its peers by broadcast, which no network over several hosts carries; add a group with role: tracker',
          },
        ]
      : [],
  );

/** Nodes of large swarms are told each other's addresses by the helper of the host that all of them are on. */
const largeSwarms: Finder = ({ groups }) =>
  fillsNeighbourTable({ groups })
    ? groups.filter(sharesFiles).map(({ name }) => ({
        path: ['groups', name],
        message: 'is among more than 20 nodes that share files, which works on one host only; write fewer',
      }))
    : [];

const addresses: Finder = (scenario, plan) => {
  const count = greatestDemands(scenario, plan).reduce((sum, { containers }) => sum + containers, 0);
  return count > MOST_CONTAINERS
    ? [
        {
          path: ['groups'],
          message: `come to ${count} nodes and generators; a network over several hosts has addresses for ${MOST_CONTAINERS}`,
        },
      ]
    : [];
};

const finders: readonly Finder[] = [byBroadcast, largeSwarms, addresses];

/** All of it, in the order of the list; empty where several hosts do as well as one. */
export function notCarriedAcrossHosts(scenario: Scenario, plan: Plan): readonly Problem[] {
  return finders.flatMap((find) => find(scenario, plan)).map((each) => ({ ...each, at: 'key' }));
}
