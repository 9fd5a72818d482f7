import { beforeEach, describe, expect, it } from 'vitest';
import { GroupLinks, type LinkedNode } from '../../../orchestrator/faults/group-links.ts';
import type { LinkTarget } from '../../../orchestrator/faults/link-batch.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import type { Link } from '../../../orchestrator/scenario/groups/group.ts';

const lossy: Link = { ...UNSHAPED, loss: 0.1 };
const slow: Link = { ...UNSHAPED, uplinkBytesPerSecond: 1000 };
/** What is in force. */
let inForce: Record<string, Link | null>;

/** What the helper was asked for, in order. */
let shaped: LinkTarget[];
let onShape: () => Promise<void>;
let links: GroupLinks;

/** As the fleet does: in force first, then for those that are there. */
const change = async (group: string, link: Link, nodes: LinkedNode[]) => {
  inForce[group] = link;
  await links.change(group, nodes);
};
const node = (name: string): LinkedNode => ({ name, container: { pid: 7, address: `address of ${name}` } });
const asked = () => shaped.map(({ node: name, link }) => [name, link]);

beforeEach(() => {
  shaped = [];
  onShape = async () => {};
  const shape = async (target: LinkTarget): Promise<boolean> => {
    shaped.push(target);
    await onShape();
    // As of a container that has gone, which is no error.
    return target.node !== 'gone-1';
  };
  inForce = { peers: lossy, servers: null };
  links = new GroupLinks({ shape }, (group) => inForce[group] ?? null);
});

describe('links in force', () => {
  it('are given to each newcomer of their group, by its container, and to nobody else', async () => {
    await links.give('peers', node('peers-1'));
    await links.give('servers', node('servers-1'));
    expect(shaped).toEqual([{ node: 'peers-1', pid: 7, address: 'address of peers-1', link: lossy }]);
  });

  it('change for every node that is there, and for those that come later', async () => {
    await change('peers', slow, [node('peers-1'), node('gone-1'), node('peers-2')]);
    await links.give('peers', node('peers-3'));
    expect(asked()).toEqual(['peers-1', 'gone-1', 'peers-2', 'peers-3'].map((name) => [name, slow]));
  });

  it('can begin in mid-run, for a group that had none', async () => {
    await change('servers', slow, []);
    await links.give('servers', node('servers-1'));
    await links.give('peers', node('peers-1'));
    expect(asked()).toEqual([
      ['servers-1', slow],
      ['peers-1', lossy],
    ]);
  });

  it('are taken away by a change to one that shapes nothing', async () => {
    await change('peers', UNSHAPED, [node('peers-1')]);
    await links.give('peers', node('peers-2'));
    expect(asked()).toEqual([
      ['peers-1', UNSHAPED],
      ['peers-2', UNSHAPED],
    ]);
  });

  it('reach a node that joins while they change', async () => {
    onShape = async () => {
      if (shaped.length === 1) await change('peers', slow, []);
    };
    await links.give('peers', node('peers-1'));
    expect(asked()).toEqual([
      ['peers-1', lossy],
      ['peers-1', slow],
    ]);
  });

  it('that cannot be shaped fail the change', async () => {
    onShape = () => Promise.reject(new Error('no such device'));
    await expect(change('peers', slow, [node('peers-1')])).rejects.toThrow('no such device');
    await expect(links.give('peers', node('peers-2'))).rejects.toThrow('no such device');
  });
});
