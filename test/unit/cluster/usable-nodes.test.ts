import { expect, it } from 'vitest';
import { usableNodes } from '../../../orchestrator/cluster/docker-swarm/usable-nodes.ts';
import type { SwarmNode } from '../../../orchestrator/engine/swarm-manager.ts';

const node = (id: string, more: Partial<SwarmNode> = {}): SwarmNode => ({
  id,
  hostName: `box-${id}`,
  labels: {},
  isManager: false,
  isReady: true,
  availability: 'active',
  cpus: 4,
  memoryBytes: 2 ** 32,
  reserved: { cpus: 0, memoryBytes: 0 },
  ...more,
});

it('says why a machine is left out, and takes the others in the order of their names', () => {
  const { usable, leftOut } = usableNodes([
    node('3'),
    node('2', { availability: 'drain' }),
    node('4', { isReady: false }),
    node('5', { availability: 'pause' }),
    node('1'),
  ]);
  expect(usable.map(({ name }) => name)).toEqual(['box-1', 'box-3']);
  expect(leftOut).toEqual([
    'Host box-2 is not used: it is drained (docker node update --availability active makes it available).',
    'Host box-4 is not used: its engine does not answer the managers.',
    'Host box-5 is not used: it is paused (docker node update --availability active makes it available).',
  ]);
});

it('tells two machines of one name apart', () => {
  const { usable } = usableNodes([
    node('aaaaaaaaaa', { hostName: 'vm' }),
    node('bbbbbbbbbb', { hostName: 'vm' }),
  ]);
  expect(usable.map(({ name }) => name)).toEqual(['vm-aaaaaaaa', 'vm-bbbbbbbb']);
});
