// Whether faults are seen to bite and to end: looks at nodes on a host that does what it is told, or does not.
import { beforeEach, describe, expect, it } from 'vitest';
import { AppliedFaults } from '../../../orchestrator/faults/applied-faults.ts';
import type { SeenFault } from '../../../orchestrator/faults/fault-watch.ts';
import type { FaultInForce } from '../../../orchestrator/faults/in-force.ts';
import type { FaultHost } from '../../../orchestrator/faults/kind/fault-host.ts';
import type { Fault } from '../../../orchestrator/faults/registry.ts';
import type { Group } from '../../../orchestrator/scenario/groups/group.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { plannedKill } from '../../fixtures/planned-fault.ts';
import { scenarioOf, settle } from '../run/make-run.ts';

const [servers] = scenarioOf({ groups: { servers: { role: 'server', replicas: 2 } } }).groups as [Group];
const target = { groups: ['servers'], who: { kind: 'all' } } as const;
const isolate: Fault = { kind: 'isolate', target, forMs: null, way: 'both' };
const refuse: Fault = { kind: 'refuse', target, forMs: null, port: null, connections: 'new' };

/** Time passes only while somebody waits between two looks. */
let nowMs: number;
let seen: SeenFault[];
/** Tables of rules that the kernel of servers-1 has. */
let tables: Set<string>;
/** Whether rules that are written come into force. */
let works: boolean;
/** Called at each wait between two looks. */
let onWait: () => void;
let over: AbortController;
let faults: AppliedFaults;

const host: FaultHost = {
  ...idleFaultHost,
  async inNetwork(_, script) {
    const [, table = ''] = /^delete table inet (\S+)$/m.exec(script) ?? [];
    if (!works) return;
    if (script.includes('chain')) tables.add(table);
    else tables.delete(table);
  },
  connect: async () =>
    tables.has('topolab_isolate') ? 'silent' : tables.has('topolab_refuse') ? 'refused' : 'answered',
  lookInNetwork: async (_, script) => {
    const [, table = ''] = /list table inet (\S+)/.exec(script) ?? [];
    const met = tables.has('topolab_isolate') && table !== 'topolab_isolate' ? 0 : 3;
    return tables.has(table)
      ? `input=${met} output=${table === 'topolab_isolate' ? 0 : '-'}`
      : 'input=- output=-';
  },
};

beforeEach(async () => {
  nowMs = 1_000_000;
  seen = [];
  tables = new Set();
  works = true;
  onWait = () => {};
  over = new AbortController();
  await start(host);
});

async function start(on: FaultHost): Promise<void> {
  faults = new AppliedFaults(on, {
    onSeen: (each) => seen.push(each),
    time: {
      now: () => nowMs,
      pause: async (ms) => {
        nowMs += ms;
        onWait();
        // Nobody looks for ever in a test.
        if (nowMs > 1_060_000) over.abort();
      },
    },
    over: over.signal,
  });
  await faults.launched('servers-1', servers);
  await faults.ready('servers-1');
}

const on = (fault: Fault, id = 'f1'): FaultInForce => ({ id, fault, nodes: ['servers-1'], newcomers: false });
const told = () =>
  seen.map(({ fault, node, moment, isSo }) => `${fault} ${node} ${moment}: ${isSo ? 'seen' : 'not seen'}`);

describe('a fault on a node', () => {
  it('is seen to bite by the first look that finds it so, and to end', async () => {
    await faults.begin(on(isolate));
    await settle();
    await faults.end('f1');
    await settle();
    expect(seen).toEqual([
      {
        fault: 'f1',
        kind: 'isolate',
        node: 'servers-1',
        moment: 'began',
        isSo: true,
        atMs: 1_000_000,
        saw: 'a connection from the agent: silent; 3 packets dropped on arrival, 0 packets on the way out',
        besides: [],
      },
      expect.objectContaining({
        moment: 'ended',
        isSo: true,
        saw: 'a connection from the agent: answered; no rule',
      }),
    ]);
  });

  it('that comes into force late counts from the look that saw it', async () => {
    works = false;
    onWait = () => {
      if (nowMs >= 1_002_000) tables.add('topolab_isolate');
    };
    await faults.begin(on(isolate));
    await settle();
    expect(told()).toEqual(['f1 servers-1 began: seen']);
    expect(seen[0]?.atMs).toBeGreaterThanOrEqual(1_002_000);
    expect(seen[0]?.atMs).toBeLessThan(1_003_100);
  });

  it('that does nothing was not seen when it ends, with what there was instead', async () => {
    works = false;
    onWait = () => {
      if (nowMs > 1_010_000) void faults.end('f1');
    };
    await faults.begin(on(isolate));
    await settle();
    expect(told()[0]).toBe('f1 servers-1 began: not seen');
    expect(seen[0]).toMatchObject({ saw: 'a connection from the agent: answered; no rule', besides: [] });
  });

  it('that stays after its end was not seen to be over, ten seconds later', async () => {
    await faults.begin(on(isolate));
    await settle();
    works = false;
    await faults.end('f1');
    await settle();
    await settle();
    expect(told()).toEqual(['f1 servers-1 began: seen', 'f1 servers-1 ended: not seen']);
    expect(nowMs).toBeGreaterThanOrEqual(1_010_000);
    expect(nowMs).toBeLessThan(1_012_000);
  });

  it('between nodes may be hidden, at its end, by another one at any of them', async () => {
    const who = { kind: 'names', nodes: ['servers-1'] } as const;
    const partition: Fault = {
      kind: 'partition',
      target: { groups: ['servers'], who },
      forMs: null,
      from: ['servers'],
      way: 'both',
    };
    await start({ ...host, addressesOf: (names) => names.map((name) => `10.0.0.${name.at(-1)}`) });
    await faults.launched('servers-2', servers);
    await faults.ready('servers-2');
    await faults.begin({ ...on(partition), newcomers: false });
    await faults.begin({ ...on(isolate, 'f2'), nodes: ['servers-2'] });
    await faults.end('f1');
    for (let turn = 0; turn < 4; turn++) await settle();
    expect(seen.find(({ fault, moment }) => fault === 'f1' && moment === 'ended')).toMatchObject({
      node: 'servers-1',
      isSo: false,
      besides: ['f2'],
    });
  });

  it('that another one hides is seen once that is over', async () => {
    await faults.begin(on(isolate));
    await settle();
    let times = 0;
    onWait = () => {
      if (++times === 8) void faults.end('f1');
    };
    await faults.begin(on(refuse, 'f2'));
    await settle();
    expect(told()).toContain('f2 servers-1 began: seen');
  });

  it('that another one hides to its end is told with that one', async () => {
    await faults.begin(on(isolate));
    await settle();
    onWait = () => void faults.end('f2');
    await faults.begin(on(refuse, 'f2'));
    await settle();
    expect(seen.find(({ fault, moment }) => fault === 'f2' && moment === 'began')).toMatchObject({
      isSo: false,
      besides: ['f1'],
    });
  });

  it('that goes with its node is not told of', async () => {
    works = false;
    onWait = () => faults.gone('servers-1');
    await faults.begin(on(isolate));
    await settle();
    expect(told()).toEqual([]);
  });

  it('that its node does not survive is seen by that', async () => {
    const demand = { kind: 'out-of-memory', target, forMs: null, leaveBytes: 0 } as const;
    let runs = true;
    await start({ ...host, isRunning: async () => runs, pressureOn: async () => undefined });
    onWait = () => {
      runs = false;
      faults.gone('servers-1');
    };
    await faults.begin(on(demand));
    await settle();
    expect(told()).toEqual(['f1 servers-1 began: seen']);
    expect(seen[0]?.saw).toBe('its container has ended');
  });

  it('is looked at where a node gets it by joining, and once for each fault', async () => {
    await faults.begin({ ...on(isolate), nodes: [], newcomers: true });
    await faults.launched('servers-2', servers);
    expect(told()).toEqual(['f1 servers-1 began: seen']);
    await faults.ready('servers-2');
    await settle();
    expect(told()).toEqual(['f1 servers-1 began: seen', 'f1 servers-2 began: seen']);
  });

  it('of which nobody can look was not seen, and says why', async () => {
    await start({ ...host, connect: () => Promise.reject(new Error('the agent is gone')) });
    onWait = () => void faults.end('f1');
    await faults.begin(on(isolate));
    await settle();
    expect(seen[0]).toMatchObject({ isSo: false, saw: 'could not look: the agent is gone' });
  });
});

describe('a strike', () => {
  it('is seen by its effect, and told of whom it has hit', async () => {
    let runs = true;
    await start({
      ...host,
      kill: async (node) => {
        runs = false;
        return node === 'servers-1';
      },
      isRunning: async () => runs,
    });
    await faults.begin(plannedKill('servers', ['servers-1', 'servers-9']));
    await settle();
    expect(told()).toEqual(['f1 servers-1 began: seen']);
    expect(seen[0]?.saw).toBe('its container has ended');
  });

  it('that leaves its node running was not seen', async () => {
    await faults.begin(plannedKill('servers', ['servers-1']));
    await settle();
    await settle();
    expect(told()).toEqual(['f1 servers-1 began: not seen']);
  });
});

it('what has lost track of networks puts them anew into the state that they are to be in', async () => {
  await faults.begin(on(isolate));
  tables.clear();
  await faults.applyAgain();
  expect([...tables]).toEqual(['topolab_isolate']);
});
