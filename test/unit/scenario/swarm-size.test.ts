import { describe, expect, it } from 'vitest';
import { needsNetAdmin } from '../../../orchestrator/plan/host-needs.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import {
  fillsNeighbourTable,
  swarmNeighbours,
  swarmSize,
} from '../../../orchestrator/scenario/groups/swarm-size.ts';

const of = (...groups: object[]): Scenario =>
  ({
    groups: groups.map((group) => ({ link: null, distances: [], ...group })),
    timeline: [],
  }) as unknown as Scenario;
const peers = (replicas: number, services = ['files']): object => ({ role: 'peer', replicas, services });

describe('the size of a swarm', () => {
  it('counts peers that share files and clients that help, and nobody else', () => {
    const clients = { role: 'client', replicas: 5, helps: true };
    expect(swarmSize(of(peers(8), clients, { ...clients, helps: false }, peers(30, ['events'])))).toBe(13);
  });

  it('lets everybody know everybody up to fifty, with room for connections that cross', () => {
    expect([2, 33, 50, 101].map((size) => swarmNeighbours(of(peers(size))))).toEqual([18, 49, 66, 50]);
  });

  it('has the helper where their addresses would fill the host’s table', () => {
    expect([20, 21].map((size) => fillsNeighbourTable(of(peers(size))))).toEqual([false, true]);
    expect([20, 21].map((size) => needsNetAdmin(of(peers(size))))).toEqual([false, true]);
  });
});
