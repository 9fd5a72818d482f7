import { beforeEach, describe, expect, it } from 'vitest';
import { AppliedFaults } from '../../../orchestrator/faults/applied-faults.ts';
import type { FaultHost } from '../../../orchestrator/faults/kind/fault-host.ts';
import { linkScript } from '../../../orchestrator/faults/link/link-script.ts';
import type { Group, Link } from '../../../orchestrator/scenario/groups/group.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { plannedKill, plannedLink } from '../../fixtures/planned-fault.ts';
import { scenarioOf } from '../run/make-run.ts';

const lossy: Link = { ...UNSHAPED, loss: 0.1 };
const slow: Link = { ...UNSHAPED, uplinkBytesPerSecond: 1000 };
const slowAndLossy: Link = { ...lossy, uplinkBytesPerSecond: 1000 };
const links: Readonly<Record<string, Link | null>> = { lossy, slow, slowAndLossy, unshaped: UNSHAPED };

const { groups } = scenarioOf({
  groups: {
    peers: { role: 'peer', discovery: 'broadcast', memory: '64MiB', link: { loss: '10%' } },
    servers: { role: 'server' },
  },
});

/** What the run was asked for, in order: the node, and which link it got. */
let asked: string[];
let onShape: () => Promise<void>;
let faults: AppliedFaults;

beforeEach(() => {
  asked = [];
  onShape = async () => {};
  const names = new Map(Object.entries(links).map(([name, link]) => [linkScript(link), name]));
  const host: FaultHost = {
    ...idleFaultHost,
    kill: async (node, rule) => {
      asked.push(`${node} killed, ${rule}`);
      return node !== 'servers-9';
    },
    inNetwork: async (node, script) => {
      asked.push(`${node} ${names.get(script) ?? script}`);
      await onShape();
    },
    pause: async (node) => void asked.push(`${node} paused`),
    resume: async (node) => void asked.push(`${node} resumed`),
    press: async (node) => void asked.push(`${node} pressed`),
  };
  faults = new AppliedFaults(host);
});

const join = async (...nodes: string[]) => {
  for (const node of nodes) await faults.launched(node, groupOf(node));
};

function groupOf(node: string): Group {
  const group = groups.find(({ name }) => node.startsWith(name));
  if (group === undefined) throw new Error(`no group of ${node}`);
  return group;
}

describe('links in force', () => {
  it('are given to each newcomer of their group, and to nobody else', async () => {
    await join('peers-1', 'servers-1');
    expect(asked).toEqual(['peers-1 lossy']);
  });

  it('change for every node that is there, and for those that come later', async () => {
    await join('peers-1', 'peers-2', 'servers-1');
    expect(await faults.begin(plannedLink('peers', slow))).toEqual(['peers-1', 'peers-2']);
    await join('peers-3');
    expect(asked.slice(2)).toEqual(['peers-1 slow', 'peers-2 slow', 'peers-3 slow']);
  });

  it('can begin in mid-run, for a group that had none', async () => {
    await faults.begin(plannedLink('servers', slow));
    await join('servers-1', 'peers-1');
    expect(asked).toEqual(['servers-1 slow', 'peers-1 lossy']);
  });

  it('are taken away by a change to one that shapes nothing', async () => {
    await join('peers-1');
    await faults.begin(plannedLink('peers', UNSHAPED));
    await join('peers-2');
    expect(asked).toEqual(['peers-1 lossy', 'peers-1 unshaped', 'peers-2 unshaped']);
  });

  it('reach a node that joins while they change', async () => {
    onShape = async () => {
      if (asked.length === 1) void faults.begin(plannedLink('peers', slow));
    };
    await join('peers-1');
    expect(asked).toEqual(['peers-1 lossy', 'peers-1 slow']);
  });

  it('that cannot be shaped fail the change, and are tried again by the next one', async () => {
    onShape = () => Promise.reject(new Error('no such device'));
    await expect(join('peers-1')).rejects.toThrow('no such device');
    await expect(faults.begin(plannedLink('peers', slow))).rejects.toThrow('no such device');
    onShape = async () => {};
    await faults.end('f1');
    expect(asked.at(-1)).toBe('peers-1 lossy');
  });
});

describe('a pause of nodes of which one is still starting', () => {
  const target = { groups: ['servers'], who: { kind: 'all' } } as const;
  const fault = { kind: 'pause', target, forMs: 5000 } as const;
  const pause = { id: 'f1', fault, nodes: ['servers-1', 'servers-2'], newcomers: true };

  it('has hit the others, and hits that one once it is ready', async () => {
    await join('servers-1', 'servers-2');
    await faults.ready('servers-1');
    expect(await faults.begin(pause)).toEqual(['servers-1']);
    expect(asked).toEqual(['servers-1 paused']);
    await faults.ready('servers-2');
    expect(asked).toEqual(['servers-1 paused', 'servers-2 paused']);
  });

  it('never hits one that becomes ready after its end', async () => {
    await join('servers-1');
    expect(await faults.begin(pause)).toEqual([]);
    await faults.end('f1');
    await faults.ready('servers-1');
    expect(asked).toEqual([]);
  });
});

describe('faults that overlap', () => {
  const uplink = plannedLink('servers', { uplinkBytesPerSecond: 1000 }, { id: 'f1' });
  const loss = plannedLink('servers', { loss: 0.1 }, { id: 'f2' });

  it.each([
    ['in the order in which they began', ['f1', 'f2'], ['lossy', 'unshaped']],
    ['the other way round', ['f2', 'f1'], ['slow', 'unshaped']],
  ])('are taken back %s, each alone', async (_, order, expected) => {
    await join('servers-1');
    await faults.begin(uplink);
    await faults.begin(loss);
    expect(asked).toEqual(['servers-1 slow', 'servers-1 slowAndLossy']);
    for (const id of order) expect(await faults.end(id)).toEqual(['servers-1']);
    // Nothing is in force any more: a server's link was not shaped before.
    const last = expected.map((name) => `servers-1 ${name}`);
    expect(asked.slice(2)).toEqual(last);
  });

  it('are begun once, and ended once', async () => {
    await join('servers-1');
    await faults.begin(uplink);
    await faults.begin({ ...uplink, id: 'f2' });
    await faults.end('f1');
    await faults.end('f1');
    // The second one asks for the same, so that there is nothing to change.
    expect(asked).toEqual(['servers-1 slow']);
  });
});

describe('a node that has gone', () => {
  it('counts as taken back', async () => {
    await join('servers-1', 'servers-2');
    await faults.begin(plannedLink('servers', slow));
    faults.gone('servers-1');
    expect(await faults.end('f1')).toEqual(['servers-2']);
    expect(asked.slice(2)).toEqual(['servers-2 unshaped']);
  });
});

describe('a fault of one moment', () => {
  it('tells whom it has hit', async () => {
    expect(await faults.begin(plannedKill('servers', ['servers-9', 'servers-1']))).toEqual(['servers-1']);
  });

  it('strikes the nodes that were chosen, and is not in force afterwards', async () => {
    await join('servers-1');
    const kill = plannedKill('servers', ['servers-1'], { rule: 'oldest' });
    expect(await faults.begin(kill)).toEqual(['servers-1']);
    expect(await faults.end('f1')).toEqual([]);
    expect(asked).toEqual(['servers-1 killed, oldest']);
  });
});
