// Nodes that go from servers to peers and back, over two sides that only remember what they are told.
import { describe, expect, it } from 'vitest';
import { type SideName, type Way, ways } from '../../../../node-image/contract/way.ts';
import { EventLog, type LoggedEvent } from '../../../../node-image/user/event-log.ts';
import type { Side } from '../../../../node-image/switching/side.ts';
import { SwitchingService } from '../../../../node-image/switching/switching-service.ts';
import type { UserRecord } from '../../../../node-image/user/user-service.ts';

/** What is kept somewhere, for all nodes. */
interface Kept {
  readonly records: Map<string, { readonly value: string | null; readonly writtenAtMs: number }>;
  readonly events: Map<string, LoggedEvent>;
}

interface World {
  readonly kept: Record<SideName, Kept>;
  /** By node: those who hear of events, of both sides. */
  readonly logs: EventLog[];
  /** Who can't be counted on. */
  away: Set<SideName>;
  /** Holds up what is written to this side. */
  gate: Promise<void>;
}

const empty = (): Kept => ({ records: new Map(), events: new Map() });

function newWorld(): World {
  return { kept: { servers: empty(), peers: empty() }, logs: [], away: new Set(), gate: Promise.resolve() };
}

function sideOf(world: World, name: SideName, log: EventLog): Side {
  const { records, events } = world.kept[name];
  const keep = (id: string, value: string | null, writtenAtMs: number) => {
    if ((records.get(id)?.writtenAtMs ?? -1) < writtenAtMs) records.set(id, { value, writtenAtMs });
  };
  const hear = (event: LoggedEvent) => {
    events.set(event.key, event);
    for (const each of name === 'peers' ? world.logs : [log]) each.add(event);
  };
  return {
    records: {
      put: async (id, { value }, atMs = 0) => {
        await world.gate;
        keep(id, value.toString(), atMs);
      },
      get: async (id) => {
        const value = records.get(id)?.value ?? undefined;
        return value === undefined ? undefined : recordOf(value);
      },
      delete: async (id, atMs = 0) => {
        const wasThere = (records.get(id)?.value ?? null) !== null;
        keep(id, null, atMs);
        return wasThere;
      },
    },
    publish: async (event) => hear(event),
    unreadyBecause: () => (world.away.has(name) ? 'away' : undefined),
    async *held() {
      yield [...records].map(([id, { value, writtenAtMs }]) => ({ id, contentType: '', value, writtenAtMs }));
    },
    keep: async (copies, handed) => {
      for (const { id, value, writtenAtMs } of copies) keep(id, value, writtenAtMs);
      for (const event of handed) events.set(event.key, event);
    },
    catchUp: async () => {
      for (const event of events.values()) log.add(event);
    },
    close: async () => {},
  };
}

function recordOf(value: string): UserRecord {
  return { value: Buffer.from(value), contentType: 'text/plain' };
}

async function nodeIn(world: World, name = 'nodes-1') {
  const log = new EventLog();
  world.logs.push(log);
  const served: Way[] = [];
  const open = (side: SideName) => async () => sideOf(world, side, log);
  const node = new SwitchingService('client-server', {
    node: name,
    log,
    open: { servers: open('servers'), peers: open('peers') },
    served: (way) => served.push(way),
  });
  await Promise.resolve();
  const take = (way: Way) => node.take({ way, nodes: 1 });
  const read = async (id: string) => (await node.records.get(id))?.value.toString();
  const told = () => log.all.map(({ message }) => message);
  return { node, take, read, served, told };
}

/** To a way, step by step. */
async function goTo(way: Way, take: (way: Way) => Promise<void>): Promise<void> {
  for (const step of ways.slice(0, ways.indexOf(way) + 1)) await take(step);
}

describe('two nodes that are a step from each other', () => {
  it.each(ways.slice(1).map((way, index) => [ways[index] ?? way, way] as const))(
    '(%s and %s) read what the other one writes, and find deleted what it deletes',
    async (one, other) => {
      const world = newWorld();
      const [a, b] = [await nodeIn(world), await nodeIn(world, 'nodes-2')];
      await goTo(one, a.take);
      await goTo(other, b.take);
      await a.node.records.put('of-a', recordOf('first'));
      await b.node.records.put('of-b', recordOf('second'));
      expect([await b.read('of-a'), await a.read('of-b')]).toEqual(['first', 'second']);
      await b.node.records.delete('of-a');
      expect(await b.read('of-a')).toBeUndefined();
    },
  );
});

describe('a network that goes over', () => {
  it('keeps what was there before, what is written meanwhile, and the newer of two', async () => {
    const world = newWorld();
    const [a, b] = [await nodeIn(world), await nodeIn(world, 'nodes-2')];
    await a.node.records.put('old', recordOf('before'));
    await a.node.records.put('changed', recordOf('before'));
    await a.node.records.put('deleted', recordOf('before'));
    for (const each of [a, b]) await each.take('servers-first');
    await b.node.records.put('changed', recordOf('meanwhile'));
    await b.node.records.delete('deleted');
    expect(await a.node.copy()).toMatchObject({ records: 3 });
    for (const way of ['peers-first', 'peer-to-peer'] as const)
      for (const each of [a, b]) await each.take(way);
    world.kept.servers.records.clear();
    expect([await a.read('old'), await b.read('changed'), await a.read('deleted')]).toEqual([
      'before',
      'meanwhile',
      undefined,
    ]);
  });

  it('and back, to servers that have nothing', async () => {
    const world = newWorld();
    const { node, take, read, told } = await nodeIn(world);
    await node.records.put('old', recordOf('before'));
    await node.events.publish('said before');
    await take('servers-first');
    await node.copy();
    await take('peers-first');
    await take('peer-to-peer');
    Object.assign(world.kept, { servers: empty() });
    await node.records.put('new', recordOf('among peers'));
    await node.events.publish('said among peers');
    await take('peers-first');
    await node.copy();
    await take('servers-first');
    await take('client-server');
    Object.assign(world.kept, { peers: empty() });
    expect([await read('old'), await read('new')]).toEqual(['before', 'among peers']);
    expect([...world.kept.servers.events.values()].map(({ message }) => message)).toEqual([
      'said before',
      'said among peers',
    ]);
    expect(told()).toEqual(['said before', 'said among peers']);
  });

  it('hands out each event once, whichever ways it comes, and what only servers were told while a node was a step behind', async () => {
    const world = newWorld();
    const [a, b] = [await nodeIn(world), await nodeIn(world, 'nodes-2')];
    await a.take('servers-first');
    await b.node.events.publish('to the servers alone');
    await b.take('servers-first');
    await b.node.events.publish('to both');
    for (const way of ['peers-first', 'peer-to-peer'] as const)
      for (const each of [a, b]) await each.take(way);
    expect(a.told().toSorted()).toEqual(['to both', 'to the servers alone']);
  });
});

describe('a node that takes a way', () => {
  it('says so only when all that began before is over', async () => {
    const world = newWorld();
    const { node, take } = await nodeIn(world);
    const gate = Promise.withResolvers<void>();
    world.gate = gate.promise;
    const written = node.records.put('slow', recordOf('v'));
    let taken = false;
    const taking = take('servers-first').then(() => (taken = true));
    await new Promise(setImmediate);
    expect(taken).toBe(false);
    gate.resolve();
    await Promise.all([written, taking]);
    expect(world.kept.peers.records.has('slow')).toBe(false);
  });

  it('tells when it had first served it, which what began before does not count for', async () => {
    const { node, take, served } = await nodeIn(newWorld());
    await node.records.get('nothing');
    await take('servers-first');
    expect(node.taken).toMatchObject({ way: 'servers-first', firstServedMs: null });
    await node.records.get('nothing');
    expect(node.taken.firstServedMs).toEqual(expect.any(Number));
    expect(served).toEqual(['client-server', 'servers-first']);
  });

  it('fails what it can’t write to both, rather than acknowledge it', async () => {
    const world = newWorld();
    const { node, take } = await nodeIn(world);
    await take('servers-first');
    world.gate = Promise.reject(new Error('no peer could keep this record'));
    world.gate.catch(() => {});
    await expect(node.records.put('x', recordOf('v'))).rejects.toThrow('no peer could keep');
  });
});
