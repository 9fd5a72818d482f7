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

it('leaves out a machine that the manager’s images are not made for, where both say what they are', () => {
  const nodes = [
    node('1', { platform: 'linux/x86_64' }),
    node('2', { platform: 'linux/aarch64' }),
    node('3', { platform: 'windows/x86_64' }),
    node('4'),
  ];
  const { usable, leftOut } = usableNodes(nodes, '1');
  expect(usable.map(({ name }) => name)).toEqual(['box-1', 'box-4']);
  expect(leftOut).toEqual([
    'Host box-2 is not used: it takes images for linux/aarch64, and the manager has them for linux/x86_64.',
    'Host box-3 is not used: it takes images for windows/x86_64, and the manager has them for linux/x86_64.',
  ]);
  expect(usableNodes(nodes, '4').usable).toHaveLength(4);
});
